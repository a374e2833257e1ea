"""A token of the issuer signs its caller in; every other token is refused, with a reason for programs."""

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from graphql_api.sign_in import Caller, SignInRefused
from graphql_api.signing_keys import FRESH, LONGEST, PAUSE, Keys, SigningKeys, fetch_keys
from graphql_api.tokens import LARGEST_TOKEN, LEEWAY, Tokens, is_token
from infra.settings import OidcSettings
from tests.graphql_api.given import NOW
from tests.graphql_api.issuer import AUDIENCE, Issuer, running_issuer


@pytest.fixture(scope="module")
def served() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(served: Issuer) -> Issuer:
    """As it is at first, whatever the test before did to it."""
    served.shown, served.others = ["rsa", "ec", "ed"], []
    served.is_down, served.says_it_is, served.asked = False, None, 0
    return served


class Reading:
    """Tokens read at moments of the test's choosing."""

    def __init__(self, issuer: Issuer, **changes: Any) -> None:
        self.seconds = 0.0
        oidc = OidcSettings(**{"issuer": issuer.address, "audience": AUDIENCE, **changes})
        self.keys = SigningKeys(oidc.issuer, seconds=lambda: self.seconds)
        self.tokens = Tokens(oidc, keys=self.keys, clock=lambda: NOW)

    def caller(self, token: str) -> Caller:
        return asyncio.run(self.tokens.read(token))

    def refusal(self, token: str) -> SignInRefused:
        with pytest.raises(SignInRefused) as refused:
            self.caller(token)
        return refused.value


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("kid", ["rsa", "ec", "ed"])
def test_a_token_of_the_issuer_signs_its_caller_in(issuer: Issuer, kid: str) -> None:
    assert Reading(issuer).caller(issuer.token(kid)) == Caller("oidc:wang", "service_manager")


def test_claims_say_role_units_and_manager(issuer: Issuer) -> None:
    reading = Reading(issuer)
    told = issuer.token(kefu_role=["account_manager"], kefu_units=["north", "south"], kefu_manager="m7")
    assert reading.caller(told) == Caller("oidc:wang", "account_manager", ("north", "south"), "m7")
    assert reading.caller(issuer.token(kefu_units="north")).units == ("north",)
    assert reading.caller(issuer.token(kefu_units=["*"])).units == ()


def test_groups_become_roles_by_a_claim_inside_another(issuer: Issuer) -> None:
    roles = {"kefu-bi": "bi_reader", "kefu-boss": "admin"}
    reading = Reading(issuer, role_claim="realm_access.roles", roles=roles)
    told = issuer.token(kefu_role=None, realm_access={"roles": ["staff", "kefu-bi"]})
    assert reading.caller(told).role == "bi_reader"
    both = reading.refusal(issuer.token(realm_access={"roles": ["kefu-bi", "kefu-boss"]}))
    assert (both.reason, both.status) == ("NO_ROLE", 403)
    assert "admin, bi_reader" in both.message
    assert reading.refusal(issuer.token(realm_access={"roles": ["admin"]})).reason == "NO_ROLE"


def test_a_claim_may_be_named_by_an_address(issuer: Issuer) -> None:
    name = "https://kefu.example/role"
    told = issuer.token(kefu_role=None, **{name: "marketing"})
    assert Reading(issuer, role_claim=name).caller(told).role == "marketing"


@pytest.mark.parametrize(
    "claims",
    [
        {"kefu_role": None},
        {"kefu_role": "boss"},
        {"kefu_role": 7},
        {"kefu_role": [7]},
        {"kefu_role": "account_manager"},
        {"kefu_role": "account_manager", "kefu_manager": ["m1", "m2"]},
        {"kefu_units": []},
        {"kefu_units": ""},
        {"kefu_units": {"north": True}},
    ],
)
def test_a_good_token_that_gives_nothing_to_see_is_forbidden(issuer: Issuer, claims: dict[str, Any]) -> None:
    refused = Reading(issuer).refusal(issuer.token(**claims))
    assert (refused.reason, refused.status, refused.code) == ("NO_ROLE", 403, "FORBIDDEN")


def test_where_units_are_required_a_token_without_them_is_no_key_to_everything(issuer: Issuer) -> None:
    reading = Reading(issuer, unit_claim="branches", are_units_required=True)
    assert reading.refusal(issuer.token()).reason == "NO_ROLE"
    assert reading.caller(issuer.token(branches="*")).units == ()


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "WRONG_ISSUER"),
        ({"aud": "payroll"}, "WRONG_AUDIENCE"),
        ({"aud": ["payroll", "crm"]}, "WRONG_AUDIENCE"),
        ({"exp": int((NOW - LEEWAY).timestamp())}, "EXPIRED"),
        ({"nbf": int((NOW + LEEWAY).timestamp()) + 1}, "NOT_YET_VALID"),
        ({"iat": int((NOW + timedelta(hours=8)).timestamp())}, "NOT_YET_VALID"),
        ({"aud": None}, "CLAIM_MISSING"),
        ({"exp": None}, "CLAIM_MISSING"),
        ({"sub": None}, "CLAIM_MISSING"),
        ({"iss": None}, "CLAIM_MISSING"),
        ({"exp": float("nan")}, "MALFORMED"),
        ({"exp": float("inf")}, "MALFORMED"),
        ({"exp": 10**400}, "MALFORMED"),
        ({"nbf": "soon"}, "MALFORMED"),
        ({"sub": 7}, "MALFORMED"),
    ],
)
def test_a_signed_token_with_other_claims_is_refused(
    issuer: Issuer, claims: dict[str, Any], reason: str
) -> None:
    token = jwt.encode(
        issuer.claims(**claims) if "sub" not in claims or claims["sub"] is None else issuer.claims(),
        issuer.rsa,
        algorithm="RS256",
        headers={"kid": "rsa"},
    )
    if claims.get("sub") == 7:
        token = jwt.api_jws.encode(
            json.dumps(issuer.claims(sub=7)).encode(), issuer.rsa, algorithm="RS256", headers={"kid": "rsa"}
        )
    refused = Reading(issuer).refusal(token)
    assert (refused.reason, refused.status) == (reason, 401)


def test_clocks_may_differ_a_little(issuer: Issuer) -> None:
    just_over = int(NOW.timestamp()) - 20
    just_before = int(NOW.timestamp()) + 20
    token = issuer.token(exp=just_over, nbf=just_before, iat=just_before)
    assert Reading(issuer).caller(token).role == "service_manager"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "HS512", "ES256K", "", None, 7, ["RS256"]])
def test_an_algorithm_that_anybody_could_sign_by_is_refused_unread(issuer: Issuer, alg: Any) -> None:
    token = f"{part({'alg': alg, 'kid': 'rsa'})}.{part(issuer.claims())}."
    assert Reading(issuer).refusal(token).reason == "UNSUPPORTED_ALGORITHM"
    assert issuer.asked == 0


def test_the_public_key_as_a_secret_opens_nothing(issuer: Issuer) -> None:
    secret = issuer.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(issuer.claims())}"
    signature = jwt.get_algorithm_by_name("HS256").sign(header.encode(), secret)
    forged = f"{header}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    assert Reading(issuer).refusal(forged).reason == "UNSUPPORTED_ALGORITHM"


def test_a_key_that_the_token_itself_brings_is_not_used(issuer: Issuer) -> None:
    other = Issuer()
    headers = {"kid": "theirs", "jwk": other.documents()["/keys"]["keys"][0], "jku": "http://127.0.0.1:9/k"}
    token = jwt.encode(issuer.claims(), other.rsa, algorithm="RS256", headers=headers)
    assert Reading(issuer).refusal(token).reason == "UNKNOWN_SIGNER"
    as_known = jwt.encode(issuer.claims(), other.rsa, algorithm="RS256", headers={**headers, "kid": "rsa"})
    assert Reading(issuer).refusal(as_known).reason == "BAD_SIGNATURE"


def test_one_key_is_not_taken_for_another_kind(issuer: Issuer) -> None:
    _, signer = issuer.private["ec"]
    token = jwt.encode(issuer.claims(), signer, algorithm="ES256", headers={"kid": "rsa"})
    assert Reading(issuer).refusal(token).reason == "UNSUPPORTED_ALGORITHM"


def test_an_altered_token_is_refused_before_its_claims_are_looked_at(issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    told = issuer.claims(kefu_role="admin", exp=0, aud="payroll")
    assert Reading(issuer).refusal(f"{header}.{part(told)}.{signature}").reason == "BAD_SIGNATURE"


def test_secrets_and_keys_to_encrypt_with_sign_nothing(issuer: Issuer) -> None:
    secret = {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"}
    encrypting = {**issuer.documents()["/keys"]["keys"][0], "kid": "enc", "use": "enc"}
    weak = {"kty": "RSA", "kid": "weak", "n": "AQAB", "e": "AQAB"}
    issuer.others = [secret, encrypting, weak, {"kid": "x", "kty": "RSA"}, {"kty": "EC"}, None, "key"]
    assert {"secret", "enc", "x"}.isdisjoint(fetch_keys(issuer.address))
    token = jwt.encode(issuer.claims(), issuer.rsa, algorithm="RS256", headers={"kid": "enc"})
    assert Reading(issuer).refusal(token).reason == "UNKNOWN_SIGNER"


@pytest.mark.parametrize(
    "token",
    ["..", "a.b.c", "e30.e30.", f"{part([])}.e30.x", f"{part('x')}.{part({})}.", "é.é.é", "\ud800.a.b"],
)
def test_what_is_no_token_is_refused(issuer: Issuer, token: str) -> None:
    assert is_token(token)
    assert Reading(issuer).refusal(token).reason in {"MALFORMED", "UNSUPPORTED_ALGORITHM"}


def test_a_large_token_is_not_read(issuer: Issuer) -> None:
    reading = Reading(issuer)
    assert reading.refusal("a." + "a" * LARGEST_TOKEN + ".a").reason == "TOO_LARGE"
    assert issuer.asked == 0


def test_a_token_without_the_name_of_its_key_is_refused(issuer: Issuer) -> None:
    token = jwt.encode(issuer.claims(), issuer.rsa, algorithm="RS256")
    assert Reading(issuer).refusal(token).reason == "UNKNOWN_SIGNER"


def test_keys_are_fetched_once_and_again_when_a_new_one_is_named(issuer: Issuer) -> None:
    reading = Reading(issuer)
    reading.caller(issuer.token("rsa"))
    reading.caller(issuer.token("ec"))
    assert issuer.asked == 2
    issuer.rotate("new")
    assert reading.refusal(issuer.token("new")).reason == "UNKNOWN_SIGNER"
    assert issuer.asked == 2
    reading.seconds += PAUSE
    assert reading.caller(issuer.token("new")).role == "service_manager"
    assert reading.refusal(issuer.token("rsa")).reason == "UNKNOWN_SIGNER"
    assert issuer.asked == 4


def test_names_of_keys_that_nobody_has_cost_the_issuer_one_look_each_ten_seconds(issuer: Issuer) -> None:
    reading = Reading(issuer)

    async def guess() -> list[Any]:
        asked = [reading.keys.find(f"guess-{number}") for number in range(50)]
        return await asyncio.gather(*asked)

    assert asyncio.run(guess()) == [None] * 50
    assert issuer.asked == 2


def test_while_the_issuer_is_away_its_keys_work_and_new_ones_cannot_be_checked(issuer: Issuer) -> None:
    reading = Reading(issuer)
    reading.caller(issuer.token())
    issuer.is_down = True
    reading.seconds += FRESH + 1
    assert reading.caller(issuer.token()).role == "service_manager"
    refused = reading.refusal(
        jwt.encode(issuer.claims(), issuer.rsa, algorithm="RS256", headers={"kid": "n"})
    )
    assert (refused.status, refused.code) == (503, "SIGN_IN_UNAVAILABLE")
    reading.seconds += LONGEST
    assert reading.refusal(issuer.token()).status == 503
    issuer.is_down = False
    reading.seconds += PAUSE
    assert reading.caller(issuer.token()).role == "service_manager"


def test_nobody_waits_for_an_issuer_whose_keys_are_merely_old(issuer: Issuer) -> None:
    seconds, may_answer, answered = 0.0, threading.Event(), threading.Event()
    may_answer.set()

    def fetch(address: str) -> Keys:
        may_answer.wait(10)
        answered.set()
        return fetch_keys(address)

    keys = SigningKeys(issuer.address, fetch=fetch, seconds=lambda: seconds)

    async def asked_while_it_hangs() -> None:
        nonlocal seconds
        assert await keys.find("rsa") is not None
        seconds += FRESH + 1
        may_answer.clear()
        answered.clear()
        async with asyncio.timeout(5):
            assert await keys.find("rsa") is not None
            assert await keys.find("ec") is not None
        assert not answered.is_set()
        may_answer.set()
        await asyncio.to_thread(answered.wait, 5)

    asyncio.run(asked_while_it_hangs())
    assert answered.is_set()


def test_before_the_issuer_has_answered_nobody_can_be_checked(issuer: Issuer) -> None:
    issuer.is_down = True
    assert Reading(issuer).refusal(issuer.token()).status == 503
    issuer.is_down, issuer.says_it_is = False, "https://elsewhere.example"
    assert Reading(issuer).refusal(issuer.token()).status == 503
    gone = Issuer()
    gone.address = "http://127.0.0.1:9"
    assert Reading(gone).refusal(issuer.token()).status == 503


def test_the_name_of_a_caller_fits_in_one_line_of_a_log(issuer: Issuer) -> None:
    name = Reading(issuer).caller(issuer.token(sub="wang\nrole=admin" + "x" * 500)).name
    assert name.startswith("oidc:wang?role=admin")
    assert (len(name), name.isprintable()) == (205, True)
