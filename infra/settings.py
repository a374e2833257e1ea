"""What the environment says about where Kefu runs, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from infra.api_keys import ROLES
from infra.serving_settings import ServingSettings, read_serving
from infra.setting_errors import SettingError

__all__ = ["OidcSettings", "ServingSettings", "SettingError", "Settings", "is_safe_address", "read_settings"]

INBOX_DAYS = 30
# A store's name becomes part of two database names, of which PostgreSQL keeps 63 bytes.
STORE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ROLE_CLAIM, UNIT_CLAIM, MANAGER_CLAIM = "kefu_role", "kefu_units", "kefu_manager"


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """Which OpenID Connect issuer's tokens are believed, and which of their claims say what a caller may see.

    `roles` are ours by what `role_claim` holds; empty, it holds our roles themselves. Where
    `are_units_required`, a token says its units, or `*` for the whole organisation.
    """

    issuer: str
    audience: str
    role_claim: str = ROLE_CLAIM
    roles: Mapping[str, str] = field(default_factory=dict)
    unit_claim: str = UNIT_CLAIM
    are_units_required: bool = False
    manager_claim: str = MANAGER_CLAIM

    def environ(self) -> dict[str, str]:
        """The variables with which another process reads the same."""
        variables = {
            "KEFU_OIDC_ISSUER": self.issuer,
            "KEFU_OIDC_AUDIENCE": self.audience,
            "KEFU_OIDC_ROLE_CLAIM": self.role_claim,
            "KEFU_OIDC_ROLES": ";".join(f"{group}={role}" for group, role in self.roles.items()),
            "KEFU_OIDC_MANAGER_CLAIM": self.manager_claim,
        }
        return variables | ({"KEFU_OIDC_UNIT_CLAIM": self.unit_claim} if self.are_units_required else {})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where data lies (`home`), which store is meant, and which server holds it (None: the embedded one).

    `mappings` is the folder of the mappings of messages, `inbox` that of dropped files (None: the store's own
    in `home`); what was taken out of the inbox is kept for `inbox_days`. `oidc` is None where only API keys
    are believed. `serving` is how the API is spoken.
    """

    home: Path
    store: str
    database_url: str | None
    master_key_file: Path
    mappings: Path | None
    inbox: Path | None = None
    inbox_days: int = INBOX_DAYS
    oidc: OidcSettings | None = None
    serving: ServingSettings = field(default_factory=ServingSettings)

    def environ(self) -> dict[str, str]:
        """The variables with which another process reads the same settings."""
        variables = {
            "KEFU_HOME": str(self.home),
            "KEFU_STORE": self.store,
            "KEFU_MASTER_KEY_FILE": str(self.master_key_file),
        }
        variables |= {"DATABASE_URL": self.database_url} if self.database_url else {}
        variables |= {"KEFU_MAPPINGS": str(self.mappings)} if self.mappings else {}
        variables |= {"KEFU_INBOX": str(self.inbox)} if self.inbox else {}
        variables |= self.oidc.environ() if self.oidc else {}
        variables |= self.serving.environ()
        return variables | (
            {"KEFU_INBOX_DAYS": str(self.inbox_days)} if self.inbox_days != INBOX_DAYS else {}
        )


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from the variables beginning with KEFU_, and DATABASE_URL or DATABASE_URL_FILE.

    Raises SettingError if one is bad.
    """
    home = _folder("KEFU_HOME", environ.get("KEFU_HOME") or ".kefu")
    key_file, mappings = environ.get("KEFU_MASTER_KEY_FILE"), environ.get("KEFU_MAPPINGS")
    inbox = environ.get("KEFU_INBOX")
    return Settings(
        home=home,
        store=_store_name(environ.get("KEFU_STORE") or "default"),
        database_url=_database_url(
            environ.get("DATABASE_URL") or _address_in(environ.get("DATABASE_URL_FILE"))
        ),
        master_key_file=Path(key_file).expanduser().absolute() if key_file else home / "master.key",
        mappings=_folder("KEFU_MAPPINGS", mappings) if mappings else None,
        inbox=_folder("KEFU_INBOX", inbox) if inbox else None,
        inbox_days=_days("KEFU_INBOX_DAYS", environ.get("KEFU_INBOX_DAYS") or str(INBOX_DAYS)),
        oidc=_oidc(environ),
        serving=read_serving(environ),
    )


def is_safe_address(address: str) -> bool:
    """Whether nobody on the way can answer in the place of who is asked: https, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or is_local)


def _oidc(environ: Mapping[str, str]) -> OidcSettings | None:
    issuer, audience = environ.get("KEFU_OIDC_ISSUER"), environ.get("KEFU_OIDC_AUDIENCE")
    roles = environ.get("KEFU_OIDC_ROLES", "")
    if not issuer:
        return None
    if not is_safe_address(issuer):
        raise SettingError(key="KEFU_OIDC_ISSUER", problem=f"is {issuer!r}; it is an address with https://")
    if not audience:
        problem = "is missing; it is what the issuer writes into `aud` of tokens for Kefu"
        raise SettingError(key="KEFU_OIDC_AUDIENCE", problem=problem)
    return OidcSettings(
        issuer=issuer,
        audience=audience,
        role_claim=environ.get("KEFU_OIDC_ROLE_CLAIM") or ROLE_CLAIM,
        roles=dict(_group_and_role(one) for one in roles.split(";") if one.strip()),
        unit_claim=environ.get("KEFU_OIDC_UNIT_CLAIM") or UNIT_CLAIM,
        are_units_required=bool(environ.get("KEFU_OIDC_UNIT_CLAIM")),
        manager_claim=environ.get("KEFU_OIDC_MANAGER_CLAIM") or MANAGER_CLAIM,
    )


def _group_and_role(text: str) -> tuple[str, str]:
    """`cn=club,dc=example=club_manager` is the group before the last sign, and the role after it."""
    group, _, role = (part.strip() for part in text.rpartition("="))
    if not group or role not in ROLES:
        problem = f"has {text.strip()!r}; write GROUP=ROLE;GROUP=ROLE with the roles {', '.join(ROLES)}"
        raise SettingError(key="KEFU_OIDC_ROLES", problem=problem)
    return group, role


def _folder(key: str, text: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise SettingError(key=key, problem=f"must be a folder, and {folder} is a file")
    return folder


def _days(key: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise SettingError(key=key, problem=f"is {text!r}; it is a number of whole days, at most 99999")
    return int(text)


def _store_name(text: str) -> str:
    if not STORE_NAME.fullmatch(text):
        problem = f"is {text!r}; a store's name begins with a letter and has at most 40 of a-z, 0-9 and _"
        raise SettingError(key="KEFU_STORE", problem=problem)
    return text


def _address_in(file: str | None) -> str | None:
    """The address that a file holds: it may contain a password, which an environment shows to many."""
    if not file:
        return None
    try:
        address = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"is {file!r}, which cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}"
        raise SettingError(key="DATABASE_URL_FILE", problem=problem) from error
    if not address:
        raise SettingError(key="DATABASE_URL_FILE", problem=f"is {file!r}, which is empty")
    return address


def _database_url(text: str | None) -> str | None:
    if not text:
        return None
    # The text itself is not repeated: it may hold a password.
    problem = "must be an address such as postgresql://user@host:5432/postgres"
    try:
        is_usable = urlsplit(text).scheme in {"postgresql", "postgres"} and bool(conninfo_to_dict(text))
    except (ProgrammingError, ValueError):
        is_usable = False
    if not is_usable:
        raise SettingError(key="DATABASE_URL", problem=problem)
    return text
