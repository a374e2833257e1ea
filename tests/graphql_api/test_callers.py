"""Keys and tokens over HTTP: who is let in, what is remembered, and what a refusal says."""

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graphql_api.app import create_app
from graphql_api.failed_sign_ins import FREE, FailedSignIns
from graphql_api.keys import KeyRing
from graphql_api.sign_in import Caller, SignInRefused
from infra.api_keys import create_key, revoke_key
from infra.settings import OidcSettings
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, key_for, started
from tests.graphql_api.issuer import AUDIENCE, Issuer, running_issuer

WHO = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def believing(issuer: Issuer, calls_store: Store) -> Iterator[Api]:
    """The application over the store with calls, which believes the issuer's tokens."""
    oidc = OidcSettings(issuer=issuer.address, audience=AUDIENCE)
    with started(create_app(replace(calls_store.settings, oidc=oidc), clock=lambda: NOW)) as api:
        yield api


def asked(api: Api, authorization: str) -> tuple[int, dict[str, Any]]:
    headers = {"authorization": authorization}
    response = api.request("POST", "/graphql", json={"query": "{ calls(limit: 1) { id } }"}, headers=headers)
    return response.status_code, response.json()


def test_tokens_and_keys_open_the_same_door(believing: Api, issuer: Issuer, calls_store: Store) -> None:
    token = issuer.token(kefu_role="bi_reader")
    password = base64.b64encode(f"any:{token}".encode()).decode()
    for given in (f"Bearer {token}", f"Basic {password}", f"Bearer {key_for(calls_store, 'bi_reader')}"):
        status, answer = asked(believing, given)
        assert (status, "errors" in answer) == (200, False)


def test_a_token_opens_no_more_than_its_role(believing: Api, issuer: Issuer) -> None:
    status, answer = asked(believing, f"Bearer {issuer.token(kefu_role='marketing')}")
    assert (status, answer["errors"][0]["extensions"]["code"]) == (200, "FORBIDDEN")


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"exp": 1}, (401, "UNAUTHENTICATED", "EXPIRED")),
        ({"aud": "payroll"}, (401, "UNAUTHENTICATED", "WRONG_AUDIENCE")),
        ({"kefu_role": "boss"}, (403, "FORBIDDEN", "NO_ROLE")),
    ],
)
def test_a_refusal_has_a_code_and_a_reason_and_shows_nothing_of_the_token(
    believing: Api, issuer: Issuer, claims: dict[str, Any], refusal: tuple[int, str, str]
) -> None:
    status, answer = asked(believing, f"Bearer {issuer.token(sub='wang', **claims)}")
    (error,) = answer["errors"]
    assert (status, error["extensions"]["code"], error["extensions"]["reason"]) == refusal
    assert not any(told in error["message"] for told in (issuer.address, "wang", "payroll", "boss"))


def test_who_sends_nothing_is_told_how_and_who_sends_what_is_no_good_that_it_is(api: Api) -> None:
    nothing = api.request("POST", "/graphql", json=WHO)
    wrong = api.request("POST", "/graphql", json=WHO, headers={"authorization": "Bearer wrong"})
    reasons = [answer.json()["errors"][0]["extensions"]["reason"] for answer in (nothing, wrong)]
    told = ["invalid_token" in answer.headers["www-authenticate"] for answer in (nothing, wrong)]
    assert (reasons, told) == (["NO_KEY", "UNKNOWN_KEY"], [False, True])


def test_without_an_issuer_a_token_is_a_key_that_nobody_has(api: Api, issuer: Issuer) -> None:
    status, answer = asked(api, f"Bearer {issuer.token()}")
    assert (status, answer["errors"][0]["extensions"]["reason"]) == (401, "UNKNOWN_KEY")


def test_where_nobody_can_be_checked_it_is_said_when_to_come_again(believing: Api, issuer: Issuer) -> None:
    token = Issuer()
    token.address, token.private = issuer.address, {"new": token.private["ec"]}
    issuer.is_down = True
    keys = believing.app.state.graphql._services.callers._tokens._keys
    keys._tried_at = keys._fetched_at = float("-inf")
    response = believing.request(
        "POST", "/graphql", json=WHO, headers={"authorization": f"Bearer {token.token('new')}"}
    )
    issuer.is_down = False
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["errors"][0]["extensions"]["code"] == "SIGN_IN_UNAVAILABLE"


def test_a_key_is_remembered_for_less_than_a_second_after_it_was_looked_up(calls_store: Store) -> None:
    seconds = 0.0
    ring = KeyRing(calls_store.conninfo, seconds=lambda: seconds)

    async def found_at(moments: list[float]) -> list[Caller | None]:
        nonlocal seconds
        await ring.open()
        found: list[Caller | None] = []
        for moment in moments:
            seconds = moment
            try:
                found.append(await ring.find(key))
            except SignInRefused:
                found.append(None)
            with calls_store.connect() as connection:
                revoke_key(connection, key[5:13], now=NOW)
        await ring.close()
        return found

    with calls_store.connect() as connection:
        limits = {"units": ["u1"], "manager_id": "m7"}
        key = create_key(connection, role="account_manager", now=NOW, **limits)
    caller = Caller(key[:13], "account_manager", ("u1",), "m7")
    assert asyncio.run(found_at([0.0, 0.99, 1.0])) == [caller, caller, None]


def test_keys_that_cannot_be_looked_up_are_not_called_wrong(calls_store: Store) -> None:
    ring = KeyRing(f"{calls_store.conninfo} dbname=kefu_nobody_has_this")
    ring._pool.timeout = 0.05
    with pytest.raises(SignInRefused) as refused:
        asyncio.run(ring.find("kefu_00000000_" + "a" * 43))
    ring._threads.shutdown()
    assert (refused.value.status, refused.value.reason) == (503, "UNAVAILABLE")


class Noted(FailedSignIns):
    """Says how long somebody would have waited."""

    def __init__(self) -> None:
        super().__init__(seconds=lambda: 0.0)
        self.waited: list[float] = []

    async def wait(self, address: str) -> None:
        self.waited.append(self.count(address))


def test_guessing_is_slowed_and_a_good_key_is_not(
    api: Api, calls_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = Noted()
    monkeypatch.setattr(api.app.state.graphql._services.callers, "_failures", failures)
    for number in range(FREE + 2):
        assert asked(api, f"Bearer kefu_{number:08x}_{'a' * 43}")[0] == 401
    assert asked(api, f"Bearer {key_for(calls_store, 'admin')}")[0] == 200
    assert failures.waited == [0.0] * FREE + [0.1, 0.2]
