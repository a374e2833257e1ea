"""A file's bytes as they were before somebody packed them: gzip and zstd, known by the first bytes."""

import gzip
import re
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

import pyarrow as pa

from pipelines.ingest.faults import FileFault

GZIP = b"\x1f\x8b"
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
"""A frame, or one that is to be skipped, which some packers write first."""

# Arrow says by a text alone that a stream ends early.
CUT: Final = "Truncated compressed stream"


class Stream(Protocol):
    """What gives unpacked bytes."""

    def read(self, n: int, /) -> bytes: ...

    def close(self) -> Any: ...


class Unpacked:
    """A file open for reading, unpacked while it is read; several packed members count as one text.

    packing: `gzip`, `zstd` or None. size: bytes of the file on disk.
    """

    def __init__(self, path: Path, file: IO[bytes], packing: str | None) -> None:
        self.path, self.packing = path, packing
        self.size = path.stat().st_size
        self._file = file
        self._stream = _stream(file, packing)

    def read(self, n: int) -> bytes:
        """At most `n` bytes, fewer only at the end; FileFault where they cannot be unpacked.

        Memory is bounded by `n`, however much a file unpacks to.
        """
        try:
            return self._stream.read(n)
        except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
            raise FileFault(path=self.path, problem=self._problem(error)) from error

    @property
    def done(self) -> int:
        """How many bytes of the file on disk were read."""
        return self._file.tell()

    def _problem(self, error: Exception) -> str:
        if isinstance(error, OSError) and error.strerror:
            return f"cannot be read: {error.strerror}."
        if isinstance(error, EOFError) or CUT in str(error):
            return f"ends in the middle of its {self.packing} stream; copy or export it again."
        return f"is damaged: its {self.packing} stream cannot be unpacked; copy or export it again."

    def close(self) -> None:
        self._stream.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_unpacked(path: Path) -> Unpacked:
    """Open a file; FileFault if it is none, or may not be read."""
    try:
        if not path.is_file():
            problem = "is a folder; name a file" if path.is_dir() else "is not there; check the name"
            raise FileFault(path=path, problem=f"{problem}.")
        file = path.open("rb")
        first = file.read(4)
        file.seek(0)
        return Unpacked(path, file, _packing(first))
    except OSError as error:
        raise FileFault(path=path, problem=f"cannot be read: {error.strerror}.") from error


def _packing(first: bytes) -> str | None:
    if first.startswith(GZIP):
        return "gzip"
    return "zstd" if ZSTD.match(first) else None


def _stream(file: IO[bytes], packing: str | None) -> Stream:
    if packing == "gzip":
        return gzip.GzipFile(fileobj=file)
    # Arrow's reader and not zstandard's own, which takes a stream that is cut for one that ends.
    return file if packing is None else pa.CompressedInputStream(file, "zstd")
