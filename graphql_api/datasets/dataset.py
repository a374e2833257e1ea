"""What is served of one fact or view: columns with what they mean, keys, a time, and who may read it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from types import NoneType
from typing import Any, Literal, get_args

from projections.meanings import Reference

KINDS = (str, int, float, bool, date, datetime, Decimal)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column by the name it has in SQL, in exports and in `where`; GraphQL shows it in camel case.

    `unit` is what a number counts, `reference` whose row the value names, `personal` the kind
    of sealed text that it holds. `is_count` tells counts of a row's own events from other whole numbers.
    """

    name: str
    kind: type
    is_required: bool
    meaning: str
    unit: str | None = None
    reference: Reference | None = None
    personal: str | None = None
    is_count: bool = False


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Rows of one table. `keys` name a row; `time`, where there is one, is what `from` and `to` are about."""

    name: str
    type_name: str
    table: str
    source: Literal["fact", "view"]
    meaning: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    time: str | None
    readers: frozenset[str]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def has_own_id(self) -> bool:
        """Whether one column that is always there names a row: it is shown as `id`, and only so."""
        return self.source == "fact" and len(self.keys) == 1

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        """The columns that rows show beside `id`; personal text among them is masked where it is read."""
        return tuple(column for column in self.columns if not (self.has_own_id and column.name in self.keys))


def what_a_row_is(row_class: type) -> str:
    """The first paragraph of a row class's docstring, as one line."""
    return inspect.cleandoc(row_class.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def kind_of(hint: Any) -> type:
    """The kind behind a hint that may allow null; raises TypeError for what no column can be."""
    arms = [arm for arm in get_args(hint) if arm is not NoneType]
    found = arms[0] if arms else hint
    if found not in KINDS:
        raise TypeError(f"{hint!r} is no kind of a column")
    return found  # type: ignore[no-any-return]
