"""A JSON value as the text that a cell of any other format would hold."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipelines.messages.json_records import DEEPEST, Digits, NoNumber, Repeated, TooDeep

LONGEST_EXPONENT = 400


def fault_of(value: Any, *, depth: int = 1) -> tuple[str, str] | None:
    """Why a value cannot be told, as reason and detail; nothing of it is shown, since it may be personal."""
    if isinstance(value, TooDeep) or depth > DEEPEST:
        return "nested_too_deeply", f"is nested in more than {DEEPEST} levels"
    if isinstance(value, Repeated):
        return "duplicate_name", "gives a name twice in one object"
    if isinstance(value, NoNumber) or (isinstance(value, Digits) and _is_endless(value)):
        return "not_a_number", "holds NaN, an infinity, or a number of more than 400 digits before its point"
    if isinstance(value, str):
        return None if _is_text(value) else ("unreadable", "holds bytes that are not UTF-8 text, or NUL")
    if isinstance(value, dict):
        inside: Iterator[Any] = (one for pair in value.items() for one in pair)
    else:
        inside = iter(value) if isinstance(value, list) else iter(())
    return next(filter(None, (fault_of(one, depth=depth + 1) for one in inside)), None)


def cells_of(data: dict[str, Any], *, within: str = "") -> Iterator[tuple[str, str | None]]:
    """The cells of a record by column: members of an object inside are columns joined by dots."""
    for name, value in data.items():
        column = f"{within}{name}"
        if isinstance(value, dict):
            yield from cells_of(value, within=f"{column}.")
        else:
            yield column, cell_text(value)


def cell_text(value: Any) -> str | None:
    """The text of one value; a list is its JSON."""
    if isinstance(value, Digits):
        return _plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value) if isinstance(value, list) else value


def _is_text(text: str) -> bool:
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _is_endless(number: str) -> bool:
    mantissa, _, exponent = number.lower().partition("e")
    return len(exponent) > 6 or abs(int(exponent or 0)) + len(mantissa) > LONGEST_EXPONENT


def _plain(number: str) -> str:
    """The number without an exponent, its digits as they were written."""
    return format(Decimal(number), "f") if "e" in number.lower() else str(number)


def _json(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(name)}:{_json(one)}" for name, one in value.items()) + "}"
    return _plain(value) if isinstance(value, Digits) else json.dumps(value, ensure_ascii=False)
