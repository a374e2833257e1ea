"""Conditions of segments read from plain data; what is wrong is said with its path and what is known there.

A condition is an object with one of `all`, `any`, `not`, `segment`, `field`, `count` and `sum`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from domain.organisation.segment_conditions import (
    All,
    AnyOf,
    Condition,
    CountCondition,
    FieldCondition,
    InSegment,
    Not,
    Scalar,
    within,
)
from domain.organisation.segment_words import COMING, COUNTS, STANDING, SUMS, Kind, field_kind, known_words
from domain.organisation.segment_words import FIELDS as FIELD_KINDS

MOST_DEEP = 10
MOST_PARTS = 100
MOST_VALUES = 1_000
MOST_DAYS = 3_660


@dataclass
class ConditionUnreadable(ValueError):
    """A condition says something that cannot be read."""

    path: str
    problem: str

    def __str__(self) -> str:
        """Say where, and what."""
        return f"{self.path}: {self.problem}"


KINDS: Mapping[str, Any] = {
    "all": None,
    "any": None,
    "not": None,
    "segment": InSegment,
    "field": FieldCondition,
    "count": CountCondition,
    "sum": CountCondition,
}
FIELD_TESTS = ("is", "in", "at_least", "at_most", "between", "in_last_days", "is_null")
COUNT_TESTS = ("at_least", "at_most", "between", "none")
WINDOWS = ("in_last_days", "in_next_days", "in_month")
TESTS_OF: Mapping[Kind, frozenset[str]] = {
    "text": frozenset({"is", "in", "is_null"}),
    "flag": frozenset({"is", "is_null"}),
    "number": frozenset({"is", "in", "at_least", "at_most", "between", "is_null"}),
    "day": frozenset({"at_least", "at_most", "between", "in_last_days", "is_null"}),
}


def read_condition(written: Any, path: str = "condition") -> Condition:
    """Read a condition; ConditionUnreadable names the path, and what is known where a word is not."""
    read = _read(written, path, depth=1)
    if sum(1 for _ in within(read)) > MOST_PARTS:
        raise ConditionUnreadable(path, f"a segment has at most {MOST_PARTS} conditions")
    return read


def _read(written: Any, path: str, *, depth: int) -> Condition:
    if depth > MOST_DEEP:
        raise ConditionUnreadable(path, f"conditions lie at most {MOST_DEEP} deep")
    if not isinstance(written, Mapping):
        raise ConditionUnreadable(path, "a condition is an object, for instance {field: brand, is: vip}")
    kinds = [kind for kind in KINDS if kind in written]
    if len(kinds) != 1:
        raise ConditionUnreadable(path, _of_one_kind(written, kinds))
    (kind,) = kinds
    return _read_kind(kind, written, path, depth=depth)


def _of_one_kind(written: Mapping[Any, Any], kinds: list[str]) -> str:
    if kinds:
        return f"a condition is of one kind, this has {' and '.join(kinds)}"
    first = str(next(iter(written), ""))
    return f"a condition has one of these, and {first!r} is none: {known_words(first, KINDS)}"


def _read_kind(kind: str, written: Mapping[str, Any], path: str, *, depth: int) -> Condition:
    if KINDS[kind] is None:
        if len(written) > 1:
            raise ConditionUnreadable(path, f"{kind} stands alone; {sorted(map(str, written))} do not")
        if kind == "not":
            return Not(_read(written["not"], f"{path}.not", depth=depth + 1))
        parts = _parts(written[kind], f"{path}.{kind}", depth=depth)
        return All(parts) if kind == "all" else AnyOf(parts)
    read: InSegment | FieldCondition | CountCondition = _converted(written, KINDS[kind], path)
    if isinstance(read, FieldCondition):
        _check_field(read, path)
    elif isinstance(read, CountCondition):
        _check_count(read, path)
    return read


def _parts(written: Any, path: str, *, depth: int) -> tuple[Condition, ...]:
    if not isinstance(written, list | tuple) or not written:
        raise ConditionUnreadable(path, "a list of at least one condition is needed")
    if len(written) > MOST_PARTS:
        raise ConditionUnreadable(path, f"a segment has at most {MOST_PARTS} conditions")
    return tuple(_read(part, f"{path}[{place}]", depth=depth + 1) for place, part in enumerate(written))


def _converted(written: Mapping[str, Any], kind: Any, path: str) -> Any:
    known = {field.encode_name: None for field in msgspec.structs.fields(kind)}
    unknown = [name for name in written if name not in known]
    if unknown:
        raise ConditionUnreadable(
            f"{path}.{unknown[0]}", f"there is no such word here: {known_words(str(unknown[0]), known)}"
        )
    try:
        return msgspec.convert(dict(written), kind)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        raise ConditionUnreadable(f"{path}{place.removesuffix('`')}", problem) from error


def _check_field(read: FieldCondition, path: str) -> None:
    kind = field_kind(read.field)
    if kind is None:
        raise ConditionUnreadable(
            f"{path}.field", f"{read.field!r} is no field: {known_words(read.field, FIELD_KINDS)}"
        )
    test = _only_test(read, FIELD_TESTS, path)
    if test not in TESTS_OF[kind]:
        known = ", ".join(name for name in FIELD_TESTS if name in TESTS_OF[kind])
        raise ConditionUnreadable(
            f"{path}.{test}", f"{read.field} is a {kind}, which may be asked by {known}"
        )
    if test == "in_last_days":
        _check_days(read.in_last_days, f"{path}.in_last_days")
        return
    for value in values_of(read):
        _check_value(value, kind, f"{path}.{test}")


def _check_count(read: CountCondition, path: str) -> None:
    kind, name, known = (
        ("count", read.count, COUNTS) if read.count is not None else ("sum", read.sum or "", SUMS)
    )
    if name not in known:
        raise ConditionUnreadable(f"{path}.{kind}", f"{name!r} is no {kind}: {known_words(name, known)}")
    _check_where(read, known[name], path)
    _only_test(read, COUNT_TESTS, path)
    windows = [window for window in WINDOWS if getattr(read, window) is not None]
    if len(windows) > 1:
        raise ConditionUnreadable(path, f"there is one window, not {' and '.join(windows)}")
    for window in windows:
        _check_window(window, name, f"{path}.{window}")
        if window != "in_month":
            _check_days(getattr(read, window), f"{path}.{window}")
    if read.between is not None and read.between[0] > read.between[1]:
        raise ConditionUnreadable(f"{path}.between", "the lower bound comes first")


def _check_where(read: CountCondition, known: Mapping[str, Kind], path: str) -> None:
    for column, wanted in read.where.items():
        place = f"{path}.where.{column}"
        if column not in known:
            raise ConditionUnreadable(
                place, f"{read.count or read.sum} has no {column}: {known_words(column, known)}"
            )
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        if not 1 <= len(values) <= MOST_VALUES:
            raise ConditionUnreadable(place, f"there are 1 to {MOST_VALUES} values")
        for value in values:
            _check_value(value, known[column], place)


def _check_window(window: str, name: str, path: str) -> None:
    if window == "in_next_days" and name not in COMING:
        raise ConditionUnreadable(path, f"only {' and '.join(sorted(COMING))} have a day that comes")
    if window != "in_next_days" and name in STANDING:
        raise ConditionUnreadable(path, f"{name} stand now, and have no window behind")


def _check_days(days: int | None, path: str) -> None:
    if days is None or not 1 <= days <= MOST_DAYS:
        raise ConditionUnreadable(path, f"a window has 1 to {MOST_DAYS} days")


def _only_test(read: FieldCondition | CountCondition, tests: tuple[str, ...], path: str) -> str:
    told = [test for test in tests if getattr(read, attribute(test)) is not None]
    if len(told) != 1:
        raise ConditionUnreadable(
            path, f"one of {', '.join(tests)} is needed, this has {' and '.join(told) or 'none'}"
        )
    return told[0]


def attribute(test: str) -> str:
    """Name the attribute behind a word that Python keeps for itself."""
    return f"{test}_" if test in {"is", "in"} else test


def values_of(read: FieldCondition) -> tuple[Scalar, ...]:
    """All values that a field is compared with; ConditionUnreadable is for whoever reads them."""
    single = tuple(value for value in (read.is_, read.at_least, read.at_most) if value is not None)
    return (*single, *(read.in_ or ()), *(read.between or ()))


def _check_value(value: Scalar, kind: Kind, path: str) -> None:
    types: Mapping[Kind, type | tuple[type, ...]] = {
        "text": str,
        "flag": bool,
        "number": (int, float),
        "day": str,
    }
    is_right = isinstance(value, types[kind]) and (kind == "flag" or not isinstance(value, bool))
    if not is_right:
        raise ConditionUnreadable(path, f"{value!r} is no {kind}")
    if kind == "day":
        _day(str(value), path)


def _day(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConditionUnreadable(path, f"{text!r} is no day; write 2026-01-31") from error
