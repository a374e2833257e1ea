"""A file of a sample: its name, the mapping that reads it, its rows chunk by chunk, and its form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.sample.request import Request

Compression = Literal["gzip", "zstd"]


@dataclass(frozen=True, kw_only=True)
class Csv:
    """Text with a header; the encoding is one of Python's names."""

    encoding: str = "utf-8"
    compression: Compression | None = None
    separator: str = ","


@dataclass(frozen=True, kw_only=True)
class NdJson:
    """One JSON object a line; columns named `a.b` and `a.c` become an object `a`."""

    compression: Compression | None = None


@dataclass(frozen=True, kw_only=True)
class Excel:
    """One sheet of a workbook, numbers and times as Excel's own."""

    sheet: str = "Sheet1"


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """Columns with types, one row group per chunk."""


Form = Csv | NdJson | Excel | Parquet


Export = tuple[str, Callable[[Request], Iterator[pl.DataFrame]], Form]
"""What a system exports: the name of the file, who makes its rows for a request, and its form."""


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """`frames` makes the rows anew each time, chunk by chunk, all chunks with the same columns.

    A column of times (Datetime, local) is written as 2026-01-31 09:00:00; any other writing is text.
    """

    name: str
    mapping: Path
    frames: Callable[[], Iterator[pl.DataFrame]]
    form: Form = Csv()

    @property
    def key(self) -> str:
        """What `--only` calls it: the name up to its first dot."""
        return self.name.partition(".")[0]
