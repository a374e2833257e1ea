"""An account of ingest in words and as a document, and the file that keeps every reject."""

from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import polars as pl

from pipelines.ingest.account import LISTED, Account, Listed
from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import HIDDEN, LINE
from pipelines.ingest.row_faults import DETAIL, REASON


def lines_of(account: Account, *, is_rehearsal: bool = False) -> list[str]:
    """The account as lines: one that adds up, then what did not go in."""
    return [
        line_of_counts(account, is_rehearsal=is_rehearsal),
        *lines_of_rejects(account, hint="--rejects FILE writes them all"),
        *lines_of_refusals(account, hint="on_change: correct would correct them"),
    ]


def line_of_counts(account: Account, *, is_rehearsal: bool = False) -> str:
    """The line that adds up."""
    counts = [
        (account.appended, "would be appended" if is_rehearsal else "appended"),
        (account.known, "already known"),
        (account.corrected, "corrected"),
        (account.refused, "changed and refused"),
        (account.rejected, "rejected"),
    ]
    always = {"appended", "would be appended", "already known", "rejected"}
    parts = " + ".join(f"{count:,} {word}" for count, word in counts if count or word in always)
    total = f"{account.path}: {account.records:,} records = {parts}; {account.events:,} events."
    ending = [" Nothing was written."] if is_rehearsal else []
    ending += (
        [" Nothing new."] if account.known == account.records - account.rejected and account.known else []
    )
    return total + "".join(ending)


def lines_of_rejects(account: Account, *, hint: str) -> list[str]:
    """The reasons and the first rejected rows; the hint says how to see the others."""
    if not account.rejected:
        return []
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in account.reasons.most_common())
    more = account.rejected - len(account.listed_rejects)
    return [
        f"Rejected: {reasons}.",
        *[_row(row) for row in account.listed_rejects],
        *([f"  … and {more:,} more; {hint}."] if more else []),
    ]


def lines_of_refusals(account: Account, *, hint: str) -> list[str]:
    """The first rows that were refused, with a hint about them."""
    if not account.refused:
        return []
    more = account.refused - len(account.listed_refusals)
    return [
        f"Changed since they were appended, and refused ({hint}):",
        *[f"  line {row.line}: {row.detail}" for row in account.listed_refusals],
        *([f"  … and {more:,} more."] if more else []),
    ]


def _row(row: Listed) -> str:
    return f"  line {row.line}: {row.reason}" + (f": {row.detail}" if row.detail else "")


def lines_of_events(events: pl.DataFrame) -> list[str]:
    """The first events as they would be stored."""
    if events.is_empty():
        return ["No event would be appended."]
    shown = events.select("originator_id", "topic", pl.col("state").cast(pl.String)).iter_rows()
    return ["First events:", *[f"  {stream} {topic} {state}" for stream, topic, state in shown]]


def counts_of(account: Account) -> dict[str, int]:
    """The counts as plain data."""
    names = ("records", "appended", "known", "corrected", "refused", "rejected", "events")
    return {name: getattr(account, name) for name in names}


def as_document(account: Account) -> dict[str, Any]:
    """The account as plain data, its lists no longer than the printed ones."""
    return {
        "path": str(account.path),
        **counts_of(account),
        "reasons": dict(account.reasons.most_common()),
        "first_rejects": [_listed(row) for row in account.listed_rejects[:LISTED]],
        "first_refusals": [{"line": row.line, "key": row.detail} for row in account.listed_refusals[:LISTED]],
    }


def _listed(row: Listed) -> dict[str, Any]:
    return {"line": row.line, "reason": row.reason, "detail": row.detail}


class RejectsFile:
    """Writes rejected rows as CSV: file, line, reason, detail and the columns read, personal cells masked."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._is_begun = False

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._file = self._path.open("wb")
            except OSError as error:
                raise FileFault(path=self._path, problem=f"cannot be written: {error.strerror}.") from error
        return self

    def __call__(self, path: Path, rejects: pl.DataFrame) -> None:
        """Write the rejects of one chunk."""
        if self._file is None:
            return
        rows = rejects.select(
            pl.lit(str(path)).alias("file"),
            pl.col(LINE).alias("line"),
            pl.col(REASON).alias("reason"),
            pl.col(DETAIL).alias("detail"),
            *[_beside_ours(name) for name in rejects.columns if not name.startswith(HIDDEN)],
        )
        self._file.write(rows.write_csv(include_header=not self._is_begun).encode())
        self._is_begun = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


def _beside_ours(column: str) -> pl.Expr:
    """A column of the file under its own name, or with a mark where we use that name."""
    return pl.col(column).alias(f"{column}_" if column in {"file", "line", "reason", "detail"} else column)
