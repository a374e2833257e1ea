"""What every format gives: pieces of a file as rows of text, and why a row may not be readable."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from pipelines.ingest.plan import RowFault

LAYOUT_REASONS = ("unreadable", "too_many_fields", "too_few_fields")
"""Of rows that do not have the file's own form: in them any cell may be in any column."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Whole records of a file.

    rows: LINE (Int64), the columns that the mapping reads (String; null or empty where nothing is said),
    and hidden columns of the format's own, over which its `faults` are said. `weight` is how many bytes were
    read for it, `ends` how many bytes of the file on disk are done.
    """

    rows: pl.DataFrame
    weight: int
    ends: int


class Records(Protocol):
    """The records of one file, opened and checked as a whole."""

    @property
    def path(self) -> Path:
        """Where the file is."""

    @property
    def size(self) -> int:
        """Bytes of the file on disk."""

    @property
    def faults(self) -> Sequence[RowFault]:
        """Why a row of this format may be unusable before the mapping sees it; reasons of LAYOUT_REASONS."""

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The records in their order, in pieces of about `wanted()` bytes, asked anew for each.

        Memory is bounded by the piece. Raises FileFault where the file cannot be read on.
        """
