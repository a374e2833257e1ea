"""CSV and TSV files as records."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.plan import Plan, RowFault
from pipelines.ingest.reading.delimited_header import Table, read_header
from pipelines.ingest.reading.delimited_rows import layout_faults, read_rows
from pipelines.ingest.reading.delimited_slices import slices
from pipelines.ingest.reading.records import Piece


@dataclass(frozen=True, kw_only=True)
class DelimitedFile:
    """A delimited file whose header was read."""

    table: Table

    @property
    def path(self) -> Path:
        return self.table.path

    @property
    def size(self) -> int:
        return self.table.size

    @property
    def faults(self) -> Sequence[RowFault]:
        return layout_faults(self.table)

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The rows, never cutting a record."""
        for one in slices(self.table, wanted):
            rows = read_rows(one, self.table)
            # Blank lines are no records, and of them alone there may be any number.
            if rows.height:
                yield Piece(rows=rows, weight=len(one.content), ends=one.ends)


def open_delimited(path: Path, plan: Plan) -> DelimitedFile:
    """Read the header; FileFault if the file is not the table that the mapping describes."""
    return DelimitedFile(table=read_header(path, plan))
