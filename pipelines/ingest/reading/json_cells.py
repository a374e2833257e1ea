"""One JSON record read with care: exact numbers, and a name for whatever makes it unusable."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NoReturn

from pipelines.ingest.reading.plain_numbers import LONGEST_NUMBER, plain

PROBLEMS: Final = (
    "is not JSON (or more than one value)",
    "is no JSON object",
    "holds bytes that are not UTF-8 text",
    "holds half a character or a zero in a column that is read, which no text can have",
    "has a column twice",
    f"has a number of more than {LONGEST_NUMBER} digits; write it as text",
    "is nested too deep",
    "has something else than an object where the mapping reads within one",
)
NOT_JSON, NO_OBJECT, NOT_UTF8, NO_TEXT, TWICE, LONG_NUMBER, TOO_DEEP, NOT_WITHIN = range(len(PROBLEMS))

NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
NOTHING: Final[tuple[object, ...]] = (None, "", [], ())
"""What stands for an object that is left out; some systems write an empty list."""


class Unusable(Exception):
    """A record cannot be read, for the problem of that place in PROBLEMS."""

    def __init__(self, problem: int) -> None:
        super().__init__(PROBLEMS[problem])
        self.problem = problem


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Doubled(dict[str, Any]):
    """An object in which some key stands more than once."""

    twice: frozenset[str]


def read_record(line: bytes, columns: Sequence[str]) -> list[str | None]:
    """The text of each column; raises Unusable. Dots lead into objects unless a key is written with them."""
    return cells_of(_object(line), columns)


def cells_of(record: dict[str, Any], columns: Sequence[str]) -> list[str | None]:
    """The text of each column of an object that was read as `keyed` and with `Number`; raises Unusable."""
    try:
        return [_cell(_found(record, name)) for name in columns]
    except RecursionError:
        raise Unusable(TOO_DEEP) from None


def keys_of(line: bytes) -> set[str]:
    """The names of all columns of a record, those within objects too; none if it cannot be read."""
    try:
        return set(_keys(_object(line), prefix=""))
    except (Unusable, RecursionError):
        return set()


def _object(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise Unusable(NOT_UTF8) from None
    try:
        value = json.loads(
            text, object_pairs_hook=keyed, parse_int=Number, parse_float=Number, parse_constant=_refuse
        )
    except RecursionError:
        raise Unusable(TOO_DEEP) from None
    except ValueError:
        raise Unusable(NOT_JSON) from None
    if not isinstance(value, dict):
        raise Unusable(NO_OBJECT)
    return value


def keyed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that knows which of its keys stand in it more than once."""
    record = dict(pairs)
    if len(record) < len(pairs):
        record = Doubled(record)
        record.twice = frozenset(
            name for name, count in Counter(name for name, _ in pairs).items() if count > 1
        )
    return record


def _refuse(_name: str) -> NoReturn:
    raise Unusable(NOT_JSON)


def _keys(record: dict[str, Any], *, prefix: str) -> list[str]:
    found = []
    for name, value in record.items():
        found.append(prefix + name)
        if isinstance(value, dict):
            found += _keys(value, prefix=f"{prefix}{name}.")
    return found


def _found(record: dict[str, Any], name: str) -> object:
    """The value of a column: under its whole name, or step by step."""
    whole = _under(record, name)
    if whole is not None or "." not in name:
        return whole
    step, _, rest = name.partition(".")
    inner = _under(record, step)
    if isinstance(inner, dict):
        return _found(inner, rest)
    if inner in NOTHING:
        return None
    raise Unusable(NOT_WITHIN)


def _under(record: dict[str, Any], key: str) -> object:
    if isinstance(record, Doubled) and key in record.twice:
        raise Unusable(TWICE)
    return record.get(key)


def _cell(value: object) -> str | None:
    """A value as text: numbers plain, true and false, a list or an object as JSON."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return _plain(value)
    text = value if isinstance(value, str) else _json(value)
    if NO_CHARACTER.search(text):
        raise Unusable(NO_TEXT)
    return text


def _plain(number: Number) -> str:
    text = plain(Decimal(number)) if len(number) <= LONGEST_NUMBER else None
    if text is None:
        raise Unusable(LONG_NUMBER)
    return text


def _json(value: object) -> str:
    """A list or an object as JSON without blanks, its numbers plain."""
    if isinstance(value, dict):
        inner = [f"{_quoted(name)}:{_json(_under(value, name))}" for name in value]
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(one) for one in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, str) and not isinstance(value, Number):
        return _quoted(value)
    return str(_cell(value))


def _quoted(text: str) -> str:
    if NO_CHARACTER.search(text):
        raise Unusable(NO_TEXT)
    return json.dumps(text, ensure_ascii=False)
