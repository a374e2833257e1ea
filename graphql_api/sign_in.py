"""Who is asking: what is known of a caller, and how it is said that nobody is let in."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

UNAUTHENTICATED = "UNAUTHENTICATED"
UNAVAILABLE = "SIGN_IN_UNAVAILABLE"
CHALLENGE = 'Basic realm="Kefu: any name, the API key as password", charset="UTF-8", Bearer realm="Kefu"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds an API key or a token of the issuer; `name` may be written down.

    `units` are roots of subtrees of the organisation that the caller is limited to (none: the whole of it),
    `manager_id` whose customers an account manager sees.
    """

    name: str
    role: str
    units: tuple[str, ...] = ()
    manager_id: str | None = None


class SignInRefused(Exception):
    """Nobody is let in; `reason` is for programs, and tells only what the sender could know.

    `status` is 401, 403 where it is known who asks and they have no role, 503 where nobody can be checked.
    """

    def __init__(self, message: str, *, reason: str, status: int = 401, code: str = UNAUTHENTICATED) -> None:
        super().__init__(message)
        self.message, self.reason, self.status, self.code = message, reason, status, code


def nobody_signed_in() -> SignInRefused:
    message = "Sign in with an API key: X-API-Key, Authorization: Bearer, or Basic with the key as password"
    return SignInRefused(message, reason="NO_KEY")


def nobody_can_be_checked(what: str) -> SignInRefused:
    message = f"{what} cannot be reached, so nobody can be signed in; try again in a moment"
    return SignInRefused(message, reason="UNAVAILABLE", status=503, code=UNAVAILABLE)


async def refuse_sign_in(request: Request, refused: Exception) -> Response:
    """The answer to SignInRefused wherever it is raised; 401 makes a browser ask its user for the key."""
    assert isinstance(refused, SignInRefused)  # noqa: S101 - Starlette calls it for nothing else
    extensions = {"code": refused.code, "reason": refused.reason}
    body = {"errors": [{"message": refused.message, "extensions": extensions}]}
    return JSONResponse(body, status_code=refused.status, headers=_headers(refused))


def _headers(refused: SignInRefused) -> Mapping[str, str]:
    kept = {"cache-control": "no-store", "vary": "Authorization, X-API-Key"}
    if refused.status == 401:
        # RFC 6750: what was sent is no good, which is not said to who sent nothing.
        problem = "" if refused.reason == "NO_KEY" else ', error="invalid_token"'
        return kept | {"www-authenticate": CHALLENGE + problem}
    return kept | ({"retry-after": "1"} if refused.status == 503 else {})
