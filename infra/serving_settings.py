"""What the environment says about serving over HTTP: how much, to whom, and what is told of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from infra.api_keys import ROLES
from infra.setting_errors import SettingError

# A core completes some 200 million values a minute: a caller may have a sixth of one.
COST_PER_MINUTE = 30_000_000
REQUESTS_AT_ONCE = 200
REQUESTS_PER_CALLER = 50
SHORTEST_TOKEN = 16
ACCESS_LOG_DAYS = 730

KEYS = {
    "cost_per_minute": "KEFU_COST_PER_MINUTE",
    "requests_at_once": "KEFU_REQUESTS_AT_ONCE",
    "requests_per_caller": "KEFU_REQUESTS_PER_CALLER",
    "origins": "KEFU_ORIGINS",
    "operations": "KEFU_OPERATIONS",
    "only_registered": "KEFU_ONLY_REGISTERED",
    "metrics_token": "KEFU_METRICS_TOKEN",
    "request_log": "KEFU_REQUEST_LOG",
    "access_log_days": "KEFU_ACCESS_LOG_DAYS",
    "otlp_endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
}


@dataclass(frozen=True, kw_only=True)
class ServingSettings:
    """`cost_per_minute` counts values of answers, per caller and process; `origins` are exact addresses.

    `operations` is the folder of registered documents (None: the store's own in `home`), to which the roles
    in `only_registered` are limited. `metrics_token` reads /metrics without a key. `request_log` is a file,
    or `stderr`; None writes no lines. `otlp_endpoint` is where traces go. For `access_log_days` it is kept
    who looked at whom.
    """

    cost_per_minute: int = COST_PER_MINUTE
    requests_at_once: int = REQUESTS_AT_ONCE
    requests_per_caller: int = REQUESTS_PER_CALLER
    origins: tuple[str, ...] = ()
    operations: Path | None = None
    only_registered: tuple[str, ...] = ()
    metrics_token: str | None = None
    request_log: str | None = None
    otlp_endpoint: str | None = None
    access_log_days: int = ACCESS_LOG_DAYS

    def environ(self) -> dict[str, str]:
        """The variables with which another process reads the same; those by default are left out."""
        return {
            KEYS[field.name]: _told(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }


def read_serving(environ: Mapping[str, str]) -> ServingSettings:
    """Raises SettingError if one is bad."""
    given = {name: environ[key] for name, key in KEYS.items() if environ.get(key)}
    counts = ("cost_per_minute", "requests_at_once", "requests_per_caller", "access_log_days")
    return ServingSettings(
        **{name: _count(KEYS[name], given[name]) for name in counts if name in given},
        origins=tuple(_origin(text) for text in _words(given.get("origins"))),
        operations=_folder(given.get("operations")),
        only_registered=tuple(_role(text) for text in _words(given.get("only_registered"))),
        metrics_token=_token(given.get("metrics_token")),
        request_log=given.get("request_log"),
        otlp_endpoint=given.get("otlp_endpoint"),
    )


def _told(value: int | str | Path | tuple[str, ...]) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text or "") if word]


def _count(key: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:13]) > 0 and len(text) <= 12):
        raise SettingError(key=key, problem=f"is {text!r}; it is a whole number above zero")
    return int(text)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or text != f"{parts.scheme}://{parts.netloc}"
        or not parts.netloc
    ):
        problem = f"has {text!r}; an origin is such as https://reports.example, exact and without a path"
        raise SettingError(key="KEFU_ORIGINS", problem=problem)
    return text


def _folder(text: str | None) -> Path | None:
    if not text:
        return None
    folder = Path(text).expanduser().absolute()
    if not folder.is_dir():
        raise SettingError(key="KEFU_OPERATIONS", problem=f"must be a folder, and {folder} is none")
    return folder


def _role(text: str) -> str:
    if text not in ROLES:
        problem = f"has {text!r}; the roles are {', '.join(ROLES)}"
        raise SettingError(key="KEFU_ONLY_REGISTERED", problem=problem)
    return text


def _token(text: str | None) -> str | None:
    if text and len(text) < SHORTEST_TOKEN:
        # The text itself is not repeated: it is a secret.
        problem = f"has {len(text)} characters; give at least {SHORTEST_TOKEN} random ones"
        raise SettingError(key="KEFU_METRICS_TOKEN", problem=problem)
    return text or None
