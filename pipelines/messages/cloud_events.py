"""CloudEvents 1.0 in structured mode (github.com/cloudevents/spec) read into records of text cells."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.messages.cell_text import cell_text, cells_of, fault_of
from pipelines.messages.json_records import Digits

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
REQUIRED = ("id", "source", "type", "specversion")
OPTIONAL = ("subject", "time", "datacontenttype", "dataschema")
DATA = ("data", "data_base64")
ATTRIBUTE = re.compile(r"[a-z0-9]+")
JSON_CONTENT = re.compile(r"\s*[\w.+-]+/([\w.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LARGEST_EVENT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One CloudEvent: what it is called, and its cells by column, the context's as `ce_<attribute>`."""

    id: str
    source: str
    type: str
    cells: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold:
    """What is no CloudEvent, and why; id and source as far as they could be read."""

    id: str | None
    source: str | None
    reason: str
    detail: str


def read_event(value: Any) -> Told | NotTold:
    """Read one JSON value as a CloudEvent whose data are a record."""
    if fault := fault_of(value) or _fault_of_context(value):
        return _not_told(value, *fault)
    told = list(cells_of(value["data"]))
    cells = {**dict(told), **_context(value)}
    if len(dict(told)) < len(told):
        return _not_told(value, "duplicate_name", "gives one column twice, once with dots in its name")
    if sum(len(cell) for cell in cells.values() if cell is not None) > LARGEST_EVENT:
        return _not_told(value, "too_large", f"is larger than {LARGEST_EVENT >> 20} MiB")
    return Told(id=value["id"], source=value["source"], type=value["type"], cells=cells)


def _not_told(value: Any, reason: str, detail: str) -> NotTold:
    said = value if isinstance(value, dict) else {}
    names = (said.get("id"), said.get("source"))
    # What is no text, or not fit to be sent back, is not repeated.
    id_, source = (one if _is_word(one) and fault_of(one) is None else None for one in names)
    return NotTold(id=id_, source=source, reason=reason, detail=detail)


def _fault_of_context(value: Any) -> tuple[str, str] | None:
    problem = _problem(value)
    return ("not_a_cloud_event", problem) if problem else None


def _problem(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "is no JSON object"
    missing = [name for name in REQUIRED if not _is_word(value.get(name))]
    if missing:
        return f"needs the attribute {missing[0]!r}, a text that is not empty"
    if value["specversion"] != "1.0":
        return "is of another specversion than 1.0"
    return _problem_of_names(value) or _problem_of_optional(value) or _problem_of_data(value)


def _problem_of_names(value: dict[str, Any]) -> str | None:
    for name, attribute in value.items():
        if name not in DATA and not _is_attribute(name, attribute):
            return "has an attribute that is no text, number or truth, or whose name is not of a-z and 0-9"
    return None


def _problem_of_optional(value: dict[str, Any]) -> str | None:
    for name in OPTIONAL:
        if value.get(name) is not None and not _is_word(value[name]):
            return f"has {name!r} that is no text"
    if value.get("time") is not None and _moment(value["time"]) is None:
        return "has a 'time' that is no moment of the form 2026-01-31T09:00:00Z"
    return None


def _problem_of_data(value: dict[str, Any]) -> str | None:
    if not JSON_CONTENT.fullmatch(value.get("datacontenttype") or "application/json"):
        return "has data that are not JSON"
    if not isinstance(value.get("data"), dict):
        return "needs 'data', an object: the record"
    return None


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Digits) and value != ""


def _is_attribute(name: str, value: Any) -> bool:
    return ATTRIBUTE.fullmatch(name) is not None and not isinstance(value, list | dict)


def _context(value: dict[str, Any]) -> dict[str, str | None]:
    """Every attribute as a cell; `time` as other formats write a moment with a zone."""
    attributes = {f"ce_{name}": cell_text(attribute) for name, attribute in value.items() if name not in DATA}
    if value.get("time") is not None:
        attributes["ce_time"] = _moment(value["time"])
    return attributes


def _moment(text: str) -> str | None:
    if not MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(sep=" ")
    except (ValueError, OverflowError):
        return None
