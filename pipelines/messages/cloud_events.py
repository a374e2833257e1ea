"""CloudEvents 1.0 in structured mode (github.com/cloudevents/spec) read whose data are records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.ingest.reading.json_cells import NO_CHARACTER, Doubled, Number, Unusable, cells_of

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
REQUIRED = ("id", "source", "type", "specversion")
OPTIONAL = ("subject", "time", "datacontenttype", "dataschema")
DATA = ("data", "data_base64")
ATTRIBUTE = re.compile(r"[a-z0-9]+")
JSON_CONTENT = re.compile(r"\s*[\w.+-]+/([\w.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One CloudEvent: what it is called, its attributes as cells `ce_<name>`, and the record itself."""

    id: str
    source: str
    type: str
    context: dict[str, str | None]
    data: dict[str, Any]

    def cells(self, columns: Sequence[str]) -> list[str | None]:
        """The text of each column, by the rules of JSON files; raises Unusable."""
        if self.context.keys().isdisjoint(columns):
            return cells_of(self.data, columns)
        of_data = [name for name in columns if name not in self.context]
        found = {**self.context, **dict(zip(of_data, cells_of(self.data, of_data), strict=True))}
        return [found[name] for name in columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold:
    """What is no CloudEvent, and why; id and source as far as they could be read."""

    id: str | None
    source: str | None
    reason: str
    detail: str


def read_event(value: Any) -> Told | NotTold:
    """Read one JSON value as a CloudEvent whose data are a record."""
    if isinstance(value, Unusable):
        return _not_told(None, "unreadable", str(value))
    if problem := _problem(value):
        return _not_told(value, "not_a_cloud_event", problem)
    try:
        context = _context(value)
    except Unusable as unusable:
        return _not_told(value, "unreadable", str(unusable))
    return Told(
        id=value["id"], source=value["source"], type=value["type"], context=context, data=value["data"]
    )


def _not_told(value: Any, reason: str, detail: str) -> NotTold:
    said = value if isinstance(value, dict) else {}
    # What is no text, or not fit to be sent back, is not repeated.
    id_, source = (one if _is_word(one) else None for one in (said.get("id"), said.get("source")))
    return NotTold(id=id_, source=source, reason=reason, detail=detail)


def _problem(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "is no JSON object"
    if isinstance(value, Doubled):
        return "gives an attribute twice"
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
    is_text = isinstance(value, str) and not isinstance(value, Number)
    return is_text and value != "" and NO_CHARACTER.search(value) is None


def _is_attribute(name: str, value: Any) -> bool:
    return ATTRIBUTE.fullmatch(name) is not None and not isinstance(value, list | dict)


def _context(value: dict[str, Any]) -> dict[str, str | None]:
    """Every attribute as a cell; `time` as other formats write a moment with a zone."""
    names = [name for name in value if name not in DATA]
    cells = dict(zip(names, cells_of(value, names), strict=True))
    if value.get("time") is not None:
        cells["time"] = _moment(value["time"])
    return {f"ce_{name}": cell for name, cell in cells.items()}


def _moment(text: str) -> str | None:
    if not MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(sep=" ")
    except (ValueError, OverflowError):
        return None
