"""Values of columns as texts: how `where`, cursors and addresses say them, and how they are read again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from graphql_api.coded_errors import BadInputError
from graphql_api.datasets.dataset import Column
from graphql_api.scalars import parse_day_or_moment, parse_decimal
from projections.metrics.periods import moment

LARGEST_AMOUNT = Decimal(10) ** 34
"""Beyond what a column of amounts holds: 38 digits, four of them decimals."""
WORDS = {"true": True, "false": False}
SAID_AS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day such as 2026-01-31",
    datetime: "a moment with its offset, a day, or milliseconds since 1970",
    Decimal: "a number",
}


def read_value(text: str, column: Column, *, argument: str, zone: ZoneInfo) -> Any:
    """The value that a text says, of the column's kind; raises BadInputError for what is none.

    A day given for a moment begins at midnight in the zone.
    """
    if "\0" in text:
        raise BadInputError("A text cannot hold the character U+0000", argument=argument)
    try:
        return _read(text, column.kind, zone)
    except (ValueError, ArithmeticError) as error:
        message = f"`{column.name}` is {SAID_AS[column.kind]}, and not {text[:80]!r}"
        raise BadInputError(message, argument=argument) from error


def _read(text: str, kind: type, zone: ZoneInfo) -> Any:
    if kind is str:
        return text
    if kind is bool:
        return _word(text)
    if kind is int:
        return _whole(text)
    if kind is date:
        return date.fromisoformat(text)
    if kind is datetime:
        given = parse_day_or_moment(int(text) if text.lstrip("-").isdigit() else text)
        return moment(given, zone=zone)
    number = parse_decimal(text)
    return float(number) if kind is float else _amount(number)


def _amount(number: Decimal) -> Decimal:
    if abs(number) >= LARGEST_AMOUNT:
        raise ValueError(f"{number} is larger than any amount")
    return number


def _word(text: str) -> bool:
    if text.lower() not in WORDS:
        raise ValueError(text)
    return WORDS[text.lower()]


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise ValueError(text)
    return number


def plain(value: Any) -> Any:
    """The value as JSON holds it without loss; what `from_plain` reads again."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain(value: Any, kind: type) -> Any:
    """Raises ValueError or TypeError for what `plain` never makes of that kind."""
    if kind is datetime:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(f"{value!r} has no offset")
        return found
    if kind is date:
        return date.fromisoformat(value)
    if kind is Decimal:
        return _amount(parse_decimal(value))
    if kind is float and type(value) in (int, float):
        return float(value)
    if type(value) is not kind or not _is_storable(value):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value


def _is_storable(value: Any) -> bool:
    """PostgreSQL keeps whole numbers of 64 bits, and texts without the one character."""
    return "\0" not in value if isinstance(value, str) else 0 <= value < 2**63
