"""One sealed range as it is read: each file's hash is checked when a process first uses it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

from projections.segments.form import RAW, schema_of
from projections.segments.manifest import Manifest, SealedFile

_checked: set[tuple[str, int, int, int]] = set()
"""Files whose hash this process has seen to be right: path, inode, size, time of the last change."""


class DamagedRange(Exception):
    """A file of a sealed range is missing, or is not as it was written."""

    def __init__(self, *, folder: Path, problem: str) -> None:
        """Carry the range's folder and what is wrong in it."""
        super().__init__(f"the sealed range {folder} cannot be read ({problem})")
        self.folder, self.problem = folder, problem


@dataclass(frozen=True)
class SealedRange:
    """The events at positions > after and <= upto, a file for each topic."""

    folder: Path
    manifest: Manifest

    @property
    def after(self) -> int:
        return self.manifest.after

    @property
    def upto(self) -> int:
        return self.manifest.upto

    def file(self, topic: str) -> SealedFile | None:
        return next((one for one in self.manifest.files if one.topic == topic), None)

    def read(self, topic: str, columns: Iterable[str]) -> pl.DataFrame:
        """The topic's events in order of position; empty where there are none. Raises DamagedRange."""
        wanted = [name for name in schema_of(topic) if name in set(columns)]
        file = self.file(topic)
        if file is None:
            return pl.DataFrame(schema={name: schema_of(topic)[name] for name in wanted})
        return self._parsed(BytesIO(self._content(file)), wanted)

    def raw(self) -> pl.DataFrame:
        """The rows that are kept as the log has them. Raises DamagedRange."""
        return self.read(RAW, schema_of(RAW))

    def checked(self, topics: Iterable[str]) -> Mapping[str, Path]:
        """The files of these topics, each known to be whole, to be scanned where they lie."""
        files = {topic: file for topic in topics if (file := self.file(topic)) is not None}
        for file in files.values():
            if self._mark(file) not in _checked:
                self._content(file)
        return {topic: self.folder / file.file for topic, file in files.items()}

    def is_whole(self) -> bool:
        """Whether every file is as it was written, by its hash."""
        try:
            for file in self.manifest.files:
                self._content(file)
        except DamagedRange:
            return False
        return True

    def check(self) -> None:
        """Read every file and compare its hash and its count with the manifest's. Raises DamagedRange."""
        for file in self.manifest.files:
            rows = self._parsed(BytesIO(self._content(file)), list(schema_of(file.topic))).height
            if rows != file.rows:
                raise self._damaged(f"{file.file} holds {rows} events instead of {file.rows}")

    def _content(self, file: SealedFile) -> bytes:
        mark = self._mark(file)
        try:
            content = (self.folder / file.file).read_bytes()
        except OSError as error:
            raise self._damaged(f"{file.file}: {error.strerror}") from error
        if sha256(content).hexdigest() != file.sha256:
            raise self._damaged(f"{file.file} is not as it was written")
        _checked.add(mark)
        return content

    def _mark(self, file: SealedFile) -> tuple[str, int, int, int]:
        path = self.folder / file.file
        try:
            found = path.stat()
        except OSError as error:
            raise self._damaged(f"{file.file}: {error.strerror}") from error
        return str(path), found.st_ino, found.st_size, found.st_mtime_ns

    def _parsed(self, content: BytesIO, columns: Sequence[str]) -> pl.DataFrame:
        try:
            return pl.read_parquet(content, columns=list(columns))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, problem: str) -> DamagedRange:
        return DamagedRange(folder=self.folder, problem=problem)
