"""Callers who bring a token that their OpenID Connect issuer signed, and why a token is not believed."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt import exceptions as faults
from jwt.types import Options

from graphql_api.sign_in import Caller, SignInRefused
from graphql_api.signing_keys import SigningKeys
from infra.api_keys import ROLES
from infra.settings import OidcSettings

# Asymmetric ones alone: with `none` or a secret made of the public key, anybody could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
REQUIRED = ("iss", "aud", "exp", "sub")
LARGEST_TOKEN = 8 * 1024
LEEWAY = timedelta(seconds=30)
LATEST = 253_402_300_800
"""Seconds from 1970 to the year 10000."""
LONGEST_NAME = 200
WHOLE_ORGANISATION = "*"
ROLE_WITH_MANAGER = "account_manager"

# Times are checked against the clock that the application is given, not against one of the library's own.
CHECKS: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "require": list(REQUIRED),
    "enforce_minimum_key_length": True,
}
REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (faults.InvalidAlgorithmError, "UNSUPPORTED_ALGORITHM", "is signed by an algorithm that is not accepted"),
    (faults.InvalidSignatureError, "BAD_SIGNATURE", "is not signed by the key that it names"),
    (faults.InvalidIssuerError, "WRONG_ISSUER", "is of another issuer"),
    (faults.InvalidAudienceError, "WRONG_AUDIENCE", "is meant for somebody else: its audience is another"),
    (faults.MissingRequiredClaimError, "CLAIM_MISSING", f"lacks one of the claims {', '.join(REQUIRED)}"),
)


def is_token(given: str) -> bool:
    """Whether what was given has the three parts of a token; no API key has a dot."""
    return given.count(".") == 2


class Tokens:
    """Reads the tokens of one issuer."""

    def __init__(self, oidc: OidcSettings, *, keys: SigningKeys, clock: Callable[[], datetime]) -> None:
        self._oidc, self._keys, self._clock = oidc, keys, clock

    async def read(self, token: str) -> Caller:
        """Whose token it is; SignInRefused says why it is not believed, claims only once it is signed."""
        if len(token) > LARGEST_TOKEN:
            raise _refused("TOO_LARGE", f"is larger than {LARGEST_TOKEN} bytes")
        key = await self._keys.find(_key_named(token))
        if key is None:
            raise _refused("UNKNOWN_SIGNER", "names a key that its issuer does not have")
        claims = self._verified(token, key)
        self._check_times(claims)
        return self._caller(claims)

    def _verified(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._oidc.audience,
                issuer=self._oidc.issuer,
                options=CHECKS,
            )
        except jwt.PyJWTError as fault:
            for kind, reason, said in REASONS:
                if isinstance(fault, kind):
                    raise _refused(reason, said) from fault
            raise _refused("MALFORMED", "cannot be read") from fault

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        if _moment(claims, "exp") <= (now - LEEWAY).timestamp():
            raise _refused("EXPIRED", "has expired; sign in at its issuer again")
        begins = max((_moment(claims, name) for name in ("nbf", "iat") if name in claims), default=0.0)
        if begins > (now + LEEWAY).timestamp():
            raise _refused("NOT_YET_VALID", "is not valid yet; compare the clocks of issuer and server")

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        role = self._role(claims)
        manager_id = _one_text(claims, self._oidc.manager_claim)
        if role == ROLE_WITH_MANAGER and manager_id is None:
            raise _without_role(f"the claim {self._oidc.manager_claim} must say whose customers are managed")
        return Caller(_name(claims["sub"]), role, self._units(claims), manager_id)

    def _role(self, claims: Mapping[str, Any]) -> str:
        """The one role that the claim gives; several are nobody's to choose from."""
        told = _texts(claims, self._oidc.role_claim) or ()
        known = self._oidc.roles or {role: role for role in ROLES}
        roles = {known[one] for one in told if one in known}
        if len(roles) == 1:
            return roles.pop()
        found = f"several roles: {', '.join(sorted(roles))}" if roles else "no role known here"
        raise _without_role(f"the claim {self._oidc.role_claim} gives {found}")

    def _units(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        """An empty list is no unit at all, which is not the whole organisation."""
        name = self._oidc.unit_claim
        units = _texts(claims, name)
        if units is None and self._oidc.are_units_required:
            raise _without_role(f"the claim {name} is missing; it names units, or {WHOLE_ORGANISATION}")
        if units == ():
            raise _without_role(f"the claim {name} names no unit")
        if units is None or WHOLE_ORGANISATION in units:
            return ()
        return units


def _key_named(token: str) -> str:
    """The `kid` of its header, which is not to be trusted yet; the algorithm is looked at first."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, UnicodeError) as fault:
        raise _refused("MALFORMED", "cannot be read") from fault
    if header.get("alg") not in ALGORITHMS:
        raise _refused("UNSUPPORTED_ALGORITHM", "is signed by an algorithm that is not accepted")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise _refused("UNKNOWN_SIGNER", "does not name the key that signed it")
    return kid


def _moment(claims: Mapping[str, Any], name: str) -> float:
    told = claims[name]
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    # JSON as Python reads it knows NaN and Infinity, with which a token would never expire.
    if not is_number or not 0 <= told < LATEST:
        raise _refused("MALFORMED", f"has a claim {name} that is no time")
    return float(told)


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """What a claim holds, one text or several; None where it is absent."""
    told = _found(claims, name)
    if told is None:
        return None
    listed = [told] if isinstance(told, str) else told
    if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
        raise _without_role(f"the claim {name} is neither a text nor a list of texts")
    return tuple(dict.fromkeys(listed))


def _one_text(claims: Mapping[str, Any], name: str) -> str | None:
    told = _texts(claims, name)
    return told[0] if told and len(told) == 1 else None


def _found(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its whole name (`https://example.org/role`), else by a path (`realm_access.roles`)."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _name(subject: str) -> str:
    """What may be written down: the issuer's word for the person, in one line."""
    shown = "".join(one if one.isprintable() else "?" for one in subject)
    return f"oidc:{shown[:LONGEST_NAME]}"


def _refused(reason: str, said: str) -> SignInRefused:
    return SignInRefused(f"The token {said}", reason=reason)


def _without_role(problem: str) -> SignInRefused:
    """It is known who asks, and that they may see nothing: another sign-in would not help."""
    message = f"The token is good, and gives nothing to see: {problem}"
    return SignInRefused(message, reason="NO_ROLE", status=403, code="FORBIDDEN")
