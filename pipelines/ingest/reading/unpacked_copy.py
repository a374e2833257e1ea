"""Packed workbooks and Parquet files: unpacked first, since they are not read from front to back.

The copy lies in the folder for temporary files, has no name there, and is gone with this process.
"""

import os
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import Plan, RowFault
from pipelines.ingest.reading.records import Piece, Records
from pipelines.ingest.reading.unpacking import Unpacked, open_unpacked

AT_ONCE: Final = 1 << 20
MOST_UNPACKED: Final = 16 << 30
"""How much a packed file may unpack to: a bomb is not to fill the disk."""

Opener = Callable[[Path, Plan], Records]


@dataclass(frozen=True, kw_only=True, eq=False)
class UnpackedRecords:
    """The records of an unpacked copy, said to be those of the packed file."""

    path: Path
    size: int
    inner: Records

    @property
    def faults(self) -> Sequence[RowFault]:
        return self.inner.faults

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The records in their order; how far that is, is told in the packed file's own bytes."""
        with _said_of(self.path):
            for piece in self.inner.pieces(wanted):
                ends = self.size * piece.ends // max(self.inner.size, 1)
                yield Piece(rows=piece.rows, weight=piece.weight, ends=ends)


def opens_packed(opener: Opener) -> Opener:
    """An opener of files read by places that takes packed ones too."""

    def open_packed(path: Path, plan: Plan) -> Records:
        with open_unpacked(path) as unpacked, ExitStack() as undone:
            if unpacked.packing is None:
                return opener(path, plan)
            copy = undone.enter_context(tempfile.TemporaryFile())
            _unpack(unpacked, copy)
            with _said_of(path):
                # The process's own way to a file without a name.
                inner = opener(Path(f"/proc/{os.getpid()}/fd/{copy.fileno()}"), plan)
            records = UnpackedRecords(path=path, size=unpacked.size, inner=inner)
            weakref.finalize(records, undone.pop_all().close)
            return records

    return open_packed


def _unpack(unpacked: Unpacked, copy: IO[bytes]) -> None:
    try:
        while read := unpacked.read(AT_ONCE):
            copy.write(read)
            if copy.tell() > MOST_UNPACKED:
                raise FileFault(path=unpacked.path, problem=_too_much())
        copy.flush()
    except OSError as error:
        problem = (
            f"cannot be unpacked into {tempfile.gettempdir()}: {error.strerror}; set TMPDIR to more room."
        )
        raise FileFault(path=unpacked.path, problem=problem) from error


def _too_much() -> str:
    return f"unpacks to more than {MOST_UNPACKED >> 30} GiB; unpack it yourself, or cut it up."


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Faults of the copy are the packed file's."""
    try:
        yield
    except FileFault as fault:
        raise FileFault(path=path, problem=fault.problem) from fault
