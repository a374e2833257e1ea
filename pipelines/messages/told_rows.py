"""Messages as the rows of text that a mapping reads, as a file of any format gives them."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import polars as pl

from pipelines.ingest.plan import HIDDEN, LINE, Plan, RowFault
from pipelines.ingest.reading import Piece
from pipelines.messages.orders import Order

FILE = Path("messages")
"""Where rejected messages are listed."""

PLACE = f"{HIDDEN}place"
"""The place of a record among those that were handed over together."""

LINE_BITS = 53


@dataclass(frozen=True)
class ToldRows:
    """Records for ingest: one piece of rows with LINE, PLACE and the columns that the mapping reads."""

    rows: pl.DataFrame
    path: Path = FILE
    size: int = 0
    faults: tuple[RowFault, ...] = ()

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """All rows at once; `wanted` is for what does not fit in memory."""
        yield Piece(rows=self.rows, weight=wanted(), ends=self.rows.height)

    def only(self, places: Collection[int]) -> "ToldRows":
        """Those at these places."""
        return ToldRows(self.rows.filter(pl.col(PLACE).is_in(list(places))))

    def without(self, places: Collection[int]) -> "ToldRows":
        """All but those at these places."""
        return ToldRows(self.rows.filter(~pl.col(PLACE).is_in(list(places))))


def told_rows(orders: Sequence[Order], plan: Plan) -> ToldRows:
    """The rows of some messages; what a message does not say is null."""
    columns = zip(*(order.cells for order in orders), strict=True)
    cells = {
        name: pl.Series(column, dtype=pl.String) for name, column in zip(plan.columns, columns, strict=True)
    }
    lines = pl.Series([line_of(order) for order in orders], dtype=pl.Int64)
    return ToldRows(pl.DataFrame({LINE: lines, PLACE: pl.int_range(len(orders), eager=True), **cells}))


def line_of(order: Order) -> int:
    """What stands for a line: a number made from source and id, so that a record told again has it again.

    A rejected record that is told again is then kept once. JSON can write the number everywhere.
    """
    digest = hashlib.sha256(msgspec.json.encode([order.source, order.id])).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - LINE_BITS)
