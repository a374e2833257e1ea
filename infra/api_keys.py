"""API keys: `kefu_<8 hex digits>_<43 characters>`, shown once, kept as a hash."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from psycopg import Connection
from psycopg.rows import kwargs_row

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

INSERT_KEY = """
insert into api_key (prefix, hash, role, created_at, units, manager_id, expires_at, label)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
# Whether a key has expired is judged by the database's clock, which every process that serves shares.
SELECT_LIVE_KEY = """
select hash, role, units, manager_id
from api_key
where prefix = %s and revoked_at is null and coalesce(expires_at > now(), true)
"""
SELECT_KEYS = """
select prefix, role, units, manager_id, created_at, expires_at, revoked_at, label
from api_key
order by created_at, prefix
"""
REVOKE_KEY = "update api_key set revoked_at = %s where prefix = %s and revoked_at is null"


class UnknownRoleError(Exception):
    """A key was asked for with a role that does not exist."""

    def __init__(self, *, role: str) -> None:
        super().__init__(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")
        self.role = role


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """What may be shown of a key; `revoked_at` is None until it is taken back. Times in UTC.

    `units` are roots of subtrees of the organisation to which it is limited (none: the whole); `manager_id`
    says whose customers an account manager sees; from `expires_at` on it is worthless.
    """

    prefix: str
    role: str
    units: tuple[str, ...] = ()
    manager_id: str | None = None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What a live key opens; `prefix` is the part of the key that may be written down."""

    prefix: str
    role: str
    units: tuple[str, ...] = ()
    manager_id: str | None = None


def create_key(  # noqa: PLR0913 - all of them named by the caller, and each said of one key
    connection: Connection[Any],
    *,
    role: str,
    now: datetime,
    units: Sequence[str] = (),
    manager_id: str | None = None,
    expires_at: datetime | None = None,
    label: str | None = None,
) -> str:
    """A new key of 256 random bits for a role: the only time that its text is seen."""
    if role not in ROLES:
        raise UnknownRoleError(role=role)
    prefix = secrets.token_hex(4)
    key = f"kefu_{prefix}_{secrets.token_urlsafe(32)}"
    stored = (prefix, _hash(key), role, now, list(units), manager_id, expires_at, label)
    connection.execute(INSERT_KEY, stored)
    return key


def find_holder(connection: Connection[Any], key: str) -> KeyHolder | None:
    """What a live key opens; None for anything else. Compared in constant time."""
    matched = KEY.fullmatch(key)
    if matched is None:
        return None
    found = connection.execute(SELECT_LIVE_KEY, (matched["prefix"],)).fetchone()
    if found is None or not hmac.compare_digest(bytes(found[0]), _hash(key)):
        return None
    _, role, units, manager_id = found
    return KeyHolder(matched["prefix"], role, tuple(units), manager_id)


def find_role(connection: Connection[Any], key: str) -> str | None:
    """The role of a live key; None for anything else."""
    holder = find_holder(connection, key)
    return holder.role if holder else None


def list_keys(connection: Connection[Any]) -> list[ApiKey]:
    """Every key ever made, oldest first."""
    with connection.cursor(row_factory=kwargs_row(_api_key)) as cursor:
        return cursor.execute(SELECT_KEYS).fetchall()


def _api_key(**columns: Any) -> ApiKey:
    return ApiKey(**{**columns, "units": tuple(columns["units"])})


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
