"""A delimited file as UTF-8 bytes, whatever it is packed in, its encoding and its line ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.ingest.reading.decoding import decoder_of
from pipelines.ingest.reading.unpacking import Unpacked, open_unpacked

HEAD_BYTES = 1 << 20
BOM = "\ufeff".encode()
MOST_LINES = 1 << 19
"""More of them are not given at once, however short they are: a line takes memory of its own."""

FEW_BYTES = 1 << 18


class Text:
    """A file open for reading as UTF-8 text without a byte order mark.

    DAMAGE stands where its bytes are not of the encoding. Where lines end with CR alone, LF stands for it.
    `raw_head` are the first bytes of the file unpacked, `head` the text they are.
    """

    def __init__(self, file: Unpacked, encoding: str) -> None:
        self._file = file
        self.raw_head = file.read(HEAD_BYTES)
        self._decoder = decoder_of(encoding, self.raw_head)
        self._is_over = len(self.raw_head) < HEAD_BYTES
        head = self._decoder.utf8(self.raw_head, is_last=self._is_over).removeprefix(BOM)
        self._ends_lines_by_return = b"\n" not in head and b"\r" in head
        self.head = self._held = self._with_line_feeds(head)
        self._given = 0

    @property
    def is_whole(self) -> bool:
        """Whether the head is the whole text."""
        return self._is_over

    @property
    def size(self) -> int:
        """Bytes of the file on disk."""
        return self._file.size

    @property
    def done(self) -> int:
        """How many bytes of the file on disk were read."""
        return self._file.done

    def read(self, n: int) -> bytes:
        """About `n` bytes of text; none at the end, and only there."""
        while self._given == len(self._held) and not self._is_over:
            content = self._file.read(n)
            self._is_over = len(content) < n
            self._held = self._with_line_feeds(self._decoder.utf8(content, is_last=self._is_over))
            self._given = 0
        is_dense = self._held.count(b"\n", self._given, self._given + n) > MOST_LINES
        given = self._held[self._given : self._given + (FEW_BYTES if is_dense else n)]
        self._given += len(given)
        return given

    def _with_line_feeds(self, content: bytes) -> bytes:
        return content.replace(b"\r", b"\n") if self._ends_lines_by_return else content


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[Text]:
    """Open a file of an encoding that Python knows; FileFault if it cannot be read."""
    with open_unpacked(path) as file:
        yield Text(file, encoding)
