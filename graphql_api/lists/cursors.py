"""Cursors: where in which order a page ended, as a text that clients only hand back."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import orjson

from graphql_api.coded_errors import BadInputError
from graphql_api.lists.column_values import from_plain, plain
from graphql_api.tuple_rows import TupleRows


@dataclass(frozen=True, slots=True)
class Cursor:
    """The values of the columns that an order goes by, its keys last, in the last row that was given."""

    order: str
    values: tuple[Any, ...]

    def to_text(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.order, *map(plain, self.values)])).decode()


class Cursors(Sequence[str]):
    """The cursor of each row, made when somebody looks at it: most pages are asked for their last alone."""

    __slots__ = ("_make", "_names", "_places", "_rows")

    def __init__(
        self, rows: TupleRows[Any], names: Sequence[str], make: Callable[[tuple[Any, ...]], str]
    ) -> None:
        """`make` is given a row's values of the columns that `names` names."""
        self._rows, self._names, self._make = rows, names, make
        self._places = [rows.columns.index(name) for name in names]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "Cursors": ...
    def __getitem__(self, place: int | slice) -> "str | Cursors":
        if isinstance(place, slice):
            return Cursors(self._rows[place], self._names, self._make)
        row = self._rows.tuples[place]
        return self._make(tuple(row[one] for one in self._places))


def read_cursor(text: str, order: str, kinds: Sequence[type], *, name: str) -> Cursor:
    """The place in an order over values of these kinds; raises BadInputError for what is no cursor of it."""
    try:
        given_order, *values = orjson.loads(base64.b64decode(text, altchars=b"-_", validate=True))
        if given_order == order:
            read = [from_plain(value, kind) for value, kind in zip(values, kinds, strict=True)]
            return Cursor(order=order, values=tuple(read))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadInputError(f"`{name}` is {text[:80]!r}, which is no cursor", argument=name) from error
    raise BadInputError(f"`{name}` is a cursor of {given_order}, and not of {order}", argument=name)
