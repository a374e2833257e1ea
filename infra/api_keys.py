"""API keys: `kefu_<8 hex digits>_<43 characters>`, shown once, kept as a hash."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from psycopg import Connection

ROLES = (
    "marketing",
    "club_manager",
    "service_manager",
    "account_manager",
    "bi_reader",
    "service_desk",
    "privacy_officer",
    "source_system",
    "admin",
)

KEY = re.compile(r"kefu_(?P<prefix>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")

INSERT_KEY = "insert into api_key (prefix, hash, role, created_at) values (%s, %s, %s, %s)"
SELECT_LIVE_KEY = "select hash, role from api_key where prefix = %s and revoked_at is null"
SELECT_KEYS = "select prefix, role, created_at, revoked_at from api_key order by created_at, prefix"
REVOKE_KEY = "update api_key set revoked_at = %s where prefix = %s and revoked_at is null"


class UnknownRoleError(Exception):
    """A key was asked for with a role that does not exist."""

    def __init__(self, *, role: str) -> None:
        super().__init__(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")
        self.role = role


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """What may be shown of a key; `revoked_at` is None while it is good. Times in UTC."""

    prefix: str
    role: str
    created_at: datetime
    revoked_at: datetime | None


def create_key(connection: Connection[Any], *, role: str, now: datetime) -> str:
    """A new key of 256 random bits for a role: the only time that its text is seen."""
    if role not in ROLES:
        raise UnknownRoleError(role=role)
    prefix = secrets.token_hex(4)
    key = f"kefu_{prefix}_{secrets.token_urlsafe(32)}"
    connection.execute(INSERT_KEY, (prefix, _hash(key), role, now))
    return key


def find_role(connection: Connection[Any], key: str) -> str | None:
    """The role of a live key; None for anything else. Compared in constant time."""
    matched = KEY.fullmatch(key)
    if matched is None:
        return None
    found = connection.execute(SELECT_LIVE_KEY, (matched["prefix"],)).fetchone()
    if found is None or not hmac.compare_digest(bytes(found[0]), _hash(key)):
        return None
    return str(found[1])


def list_keys(connection: Connection[Any]) -> list[ApiKey]:
    """Every key ever made, oldest first."""
    rows = connection.execute(SELECT_KEYS).fetchall()
    return [
        ApiKey(prefix=prefix, role=role, created_at=created_at, revoked_at=revoked_at)
        for prefix, role, created_at, revoked_at in rows
    ]


def revoke_key(connection: Connection[Any], prefix: str, *, now: datetime) -> bool:
    """Make a key worthless from now on; False if there is no live key of that prefix."""
    return connection.execute(REVOKE_KEY, (now, prefix)).rowcount == 1


def given_key(headers: Mapping[str, str]) -> str | None:
    """The key in X-API-Key, in Authorization: Bearer, or as the password of Authorization: Basic.

    The names of the headers are looked up in lower case.
    """
    if key := headers.get("x-api-key"):
        return key.strip()
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    return _password(credentials) if scheme.lower() == "basic" else None


def _password(credentials: str) -> str | None:
    try:
        name_and_password = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name_and_password.partition(":")[2] or None


def _hash(key: str) -> bytes:
    # The key is 256 random bits: a slow password hash would add nothing.
    return sha256(key.encode()).digest()
