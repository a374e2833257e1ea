"""The account of a replay in words and as a document."""

from typing import Any

from pipelines.ingest.replay import Replayed
from pipelines.ingest.report import as_document, lines_of_refusals, lines_of_rejects


def lines_of_replay(replayed: Replayed, *, is_rehearsal: bool = False) -> list[str]:
    """One line that adds up, then what stays among the rejects, and why."""
    account = replayed.account
    counts = [
        (account.appended, "would be appended" if is_rehearsal else "appended"),
        (account.known, "already known"),
        (account.refused, "changed and refused"),
        (account.rejected, "rejected again"),
        (replayed.left_out.total(), "that cannot be told again"),
    ]
    parts = " + ".join(
        f"{count:,} {word}" for place, (count, word) in enumerate(counts) if count or place < 2
    )
    total = (
        f"{account.path}: {replayed.kept:,} kept {_rows(replayed.kept)} = {parts}; {account.events:,} events."
    )
    return [
        total + (" Nothing was written." if is_rehearsal else ""),
        *lines_of_rejects(account, hint="kefu rejects list shows them all"),
        *lines_of_refusals(account, hint="the log says something else under their keys"),
        *[f"{count:,} {_rows(count)} {why}: ingest the file again." for why, count in _sorted(replayed)],
    ]


def document_of_replay(replayed: Replayed) -> dict[str, Any]:
    """The account of what was told again, with what was not."""
    told = {"mapping": replayed.source.mapping, "kept": replayed.kept, "left_out": dict(_sorted(replayed))}
    return told | as_document(replayed.account)


def _sorted(replayed: Replayed) -> list[tuple[str, int]]:
    return replayed.left_out.most_common()


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
