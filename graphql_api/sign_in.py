"""Who is asking: the API key of a request, wherever its client is able to put one, and the role it has."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

FindRole = Callable[[str], Awaitable[str | None]]

CHALLENGE = 'Basic realm="Kefu: any name, the API key as password", charset="UTF-8", Bearer realm="Kefu"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds an API key; `name` is the part of the key that may be written down."""

    name: str
    role: str


async def sign_in(request: Request, find_role: FindRole) -> Caller | None:
    """The caller, or None where no key is given, or one that nobody has."""
    key = given_key(request)
    role = await find_role(key) if key else None
    return Caller(name=key[: key.rfind("_")], role=role) if key and role else None


def given_key(request: Request) -> str | None:
    """The key in X-API-Key, in Authorization: Bearer, or as the password of Authorization: Basic."""
    if key := request.headers.get("x-api-key"):
        return key.strip()
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    return _password(credentials) if scheme.lower() == "basic" else None


def _password(credentials: str) -> str | None:
    try:
        name_and_password = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name_and_password.partition(":")[2] or None


def sign_in_first() -> Response:
    """401, with which a browser asks its user for the key."""
    message = "Sign in with an API key: X-API-Key, Authorization: Bearer, or Basic with the key as password"
    body = {"errors": [{"message": message, "extensions": {"code": "UNAUTHENTICATED"}}]}
    return JSONResponse(body, status_code=401, headers={"www-authenticate": CHALLENGE})
