"""The records of a file that lies elsewhere by now, under the name by which it was dropped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.plan import RowFault
from pipelines.ingest.reading import Piece, Records


@dataclass(frozen=True, kw_only=True)
class AsDropped:
    """Records as another file's: what is kept of a file is found again when it is dropped again."""

    records: Records
    path: Path

    @property
    def size(self) -> int:
        return self.records.size

    @property
    def faults(self) -> Sequence[RowFault]:
        return self.records.faults

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The records, in their order."""
        return self.records.pieces(wanted)
