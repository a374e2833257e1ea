"""What became of every record of a file: counts that add up, and the rows that did not go in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines.ingest.plan import LINE
from pipelines.ingest.row_faults import DETAIL, ERASED_REASON, REASON

LISTED = 20


class UnaccountedError(Exception):
    """Records of a file were lost or counted twice: a fault of ours, never of the file."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One row that did not go in: where it stands, why, and what about it."""

    line: int
    reason: str
    detail: str


@dataclass(kw_only=True)
class Account:
    """Counts of one file; `refused` are rows whose key is known with other content."""

    path: Path
    records: int = 0
    appended: int = 0
    known: int = 0
    corrected: int = 0
    refused: int = 0
    rejected: int = 0
    events: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    listed_rejects: list[Listed] = field(default_factory=list)
    listed_refusals: list[Listed] = field(default_factory=list)

    @property
    def is_any_good(self) -> bool:
        """Whether anything of the file is usable; a mapping that fits does not reject every row.

        A row about somebody who was erased is none that the mapping rejects.
        """
        return self.rejected - self.reasons[ERASED_REASON] < self.records or self.records == 0

    def add_rejects(self, rejects: pl.DataFrame) -> None:
        """Count rejected rows and list the first of them."""
        self.rejected += rejects.height
        self.reasons.update(dict(rejects[REASON].value_counts().iter_rows()))
        self.listed_rejects += [
            Listed(line=line, reason=reason, detail=detail)
            for line, reason, detail in rejects.select(LINE, REASON, DETAIL)
            .head(LISTED - len(self.listed_rejects))
            .iter_rows()
        ]

    def add_refusals(self, refusals: pl.DataFrame) -> None:
        """Count changed rows that were refused, and list the first of them by line and key."""
        self.refused += refusals.height
        self.listed_refusals += [
            Listed(line=line, reason="changed", detail=key)
            for line, key in refusals.head(LISTED - len(self.listed_refusals)).iter_rows()
        ]

    def told_first(self, records: int, events: int) -> None:
        """Count as appended what was appended before the file was gone through, and was known then."""
        self.appended += records
        self.known -= records
        self.events += events

    def check(self) -> None:
        """Appended, known, corrected, refused and rejected add up to the records, or UnaccountedError."""
        total = self.appended + self.known + self.corrected + self.refused + self.rejected
        if total != self.records:
            raise UnaccountedError(f"{self.path}: {self.records} records were read and {total} accounted for")


def total_of(accounts: Sequence[Account]) -> Account:
    """The counts of several files together, without their rows."""
    total = Account(path=Path(f"{len(accounts)} files"))
    for one in accounts:
        total.records += one.records
        total.appended += one.appended
        total.known += one.known
        total.corrected += one.corrected
        total.refused += one.refused
        total.rejected += one.rejected
        total.events += one.events
        total.reasons.update(one.reasons)
    return total
