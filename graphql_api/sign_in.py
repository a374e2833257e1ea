"""Who is asking: the API key of a request, wherever its client is able to put one, and the role it has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.api_keys import KeyHolder, given_key

FindHolder = Callable[[str], Awaitable[KeyHolder | None]]

CHALLENGE = 'Basic realm="Kefu: any name, the API key as password", charset="UTF-8", Bearer realm="Kefu"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds an API key; `name` is the part of the key that may be written down.

    `units` are roots of subtrees of the organisation that the caller is limited to (none: the whole of it),
    `manager_id` whose customers an account manager sees.
    """

    name: str
    role: str
    units: tuple[str, ...] = ()
    manager_id: str | None = None


async def sign_in(request: Request, find_holder: FindHolder) -> Caller | None:
    """The caller, or None where no key is given, or one that nobody has."""
    key = given_key(request.headers)
    holder = await find_holder(key) if key else None
    return caller_of(holder) if holder else None


def caller_of(holder: KeyHolder) -> Caller:
    return Caller(f"kefu_{holder.prefix}", holder.role, holder.units, holder.manager_id)


def sign_in_first() -> Response:
    """401, with which a browser asks its user for the key."""
    message = "Sign in with an API key: X-API-Key, Authorization: Bearer, or Basic with the key as password"
    body = {"errors": [{"message": message, "extensions": {"code": "UNAUTHENTICATED"}}]}
    return JSONResponse(body, status_code=401, headers={"www-authenticate": CHALLENGE})
