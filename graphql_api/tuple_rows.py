"""Rows as the driver's tuples, so that no object is made per row unless somebody asks for one."""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar, overload

RowType = TypeVar("RowType")


class TupleRows(Sequence[RowType], Generic[RowType]):
    """A sequence of `row_type` objects kept as tuples of the named columns; the other columns are null."""

    __slots__ = ("columns", "row_type", "tuples")

    def __init__(
        self, row_type: type[RowType], *, columns: Sequence[str], tuples: Sequence[tuple[Any, ...]]
    ) -> None:
        self.row_type, self.columns, self.tuples = row_type, tuple(columns), tuples

    def __len__(self) -> int:
        return len(self.tuples)

    @overload
    def __getitem__(self, place: int) -> RowType: ...
    @overload
    def __getitem__(self, place: slice) -> "TupleRows[RowType]": ...
    def __getitem__(self, place: int | slice) -> "RowType | TupleRows[RowType]":
        if isinstance(place, slice):
            return TupleRows(self.row_type, columns=self.columns, tuples=self.tuples[place])
        row = self.row_type.__new__(self.row_type)
        for column, value in zip(self.columns, self.tuples[place], strict=True):
            setattr(row, column, value)
        return row

    def backwards(self) -> "TupleRows[RowType]":
        return TupleRows(self.row_type, columns=self.columns, tuples=self.tuples[::-1])

    def by_column(self, _names: Collection[str]) -> dict[str, Sequence[Any]]:
        """The values of each column: of all, which costs no more than to choose."""
        return dict(zip(self.columns, zip(*self.tuples, strict=True), strict=True))
