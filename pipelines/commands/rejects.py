"""`kefu rejects list|show|replay`: rows that could not be used, kept encrypted for thirty days."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.key_store.rejected_rows import RejectedRow, RejectedRows, Source, Which
    from infra.settings import Settings
    from pipelines.ingest.plan import Plan

SHOWN = 100
COLUMNS = ("id", "mapping", "file", "line", "reason", "rejected_at")
HINT = "When their mapping is mended, kefu rejects replay tells them again."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="list|show|replay", required=True)
    listing = actions.add_parser("list", help="show where rejected rows stand, and why; nothing personal")
    listing.add_argument("--mapping", metavar="NAME", help="of this mapping, by its name without .yaml")
    listing.add_argument(
        "--limit", type=whole_number, default=SHOWN, metavar="N", help=f"how many to show (default {SHOWN})"
    )
    show = actions.add_parser(
        "show",
        help="reveal one row as it was read: this shows PERSONAL DATA",
        description="Reveal one row as it was read: this shows PERSONAL DATA.",
    )
    show.add_argument("id", type=whole_number, metavar="ID", help="as kefu rejects list gives it")
    replay = actions.add_parser("replay", help="tell rejected rows again, by their mapping as it is now")
    replay.add_argument("ids", type=whole_number, nargs="*", metavar="ID", help="these rows (default: all)")
    replay.add_argument(
        "--mapping", type=Path, metavar="FILE", help="rows of this mapping (default: each by its own)"
    )
    replay.add_argument("--dry-run", action="store_true", help="show the account; write nothing")
    for action in (listing, replay):
        action.add_argument("--file", metavar="FILE", help="of this file, by its path or the end of it")
        action.add_argument("--reason", metavar="WORD", help="rejected for this reason")
    for action in (listing, show, replay):
        action.add_argument("--format", choices=("table", "json"), default="table", help="how to print")


def run(arguments: argparse.Namespace, console: Console) -> int:
    action = {"list": _list, "show": _show, "replay": _replay}[arguments.action]
    return action(arguments, console)


def _list(arguments: argparse.Namespace, console: Console) -> int:
    from infra.key_store.rejected_rows import RejectedRows, Which
    from pipelines.commands.tables import print_table
    from pipelines.stores import open_store

    which = Which(mapping=arguments.mapping, file=arguments.file, reason=arguments.reason)
    with open_store(console.settings(arguments.store)) as store:
        kept = RejectedRows(store.keys)
        kept.prune(now=console.clock())
        count, rows = kept.count(which), kept.listed(which, limit=arguments.limit)
    if arguments.format == "json":
        console.document({"count": count, "rejects": [_told(row) for row in rows]})
        return 0
    print_table([_told(row) for row in rows], console, columns=COLUMNS)
    if count > len(rows):
        console.note(f"… and {count - len(rows):,} more; --limit shows them.")
    if rows:
        console.note(HINT)
    return 0


def _show(arguments: argparse.Namespace, console: Console) -> int:
    from infra.key_store.rejected_rows import RejectedRows
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        kept = RejectedRows(store.keys)
        kept.prune(now=console.clock())
        row, content = kept.reveal(arguments.id)
    revealed = json.loads(content)
    if arguments.format == "json":
        console.document({**_told(row), "detail": revealed["detail"], "cells": revealed["cells"]})
        return 0
    reason = row.reason + (f": {revealed['detail']}" if revealed["detail"] else "")
    console.say(f"{row.file}, line {row.line}: {reason}")
    console.say(f"  rejected by mapping {row.mapping} on {row.rejected_at:%Y-%m-%d}")
    for name, cell in revealed["cells"].items():
        console.say(f"  {name}: {cell or ''}".rstrip())
    return 0


def _told(row: "RejectedRow") -> dict[str, Any]:
    return {**row._asdict(), "rejected_at": row.rejected_at.isoformat(timespec="seconds")}


def _replay(arguments: argparse.Namespace, console: Console) -> int:
    from infra.key_store.rejected_rows import RejectedRows
    from pipelines.ingest.replay import rehearse_replay, replay
    from pipelines.ingest.replay_report import document_of_replay, lines_of_replay
    from pipelines.stores import open_store

    settings, which = console.settings(arguments.store), _asked(arguments)
    all_replayed = []
    with open_store(settings) as store:
        kept = RejectedRows(store.keys)
        kept.prune(now=console.clock())
        sources = _sources(kept, which)
        # All of them before the first row is told: a mapping that is missing or wrong stops everything.
        plans = _plans(sources, arguments.mapping, settings)
        for source in sources:
            tell = rehearse_replay if arguments.dry_run else replay
            replayed = tell(store, source, which=which, plan=plans[source.mapping], clock=console.clock)
            all_replayed.append(replayed)
            if arguments.format == "table":
                for line in lines_of_replay(replayed, is_rehearsal=arguments.dry_run):
                    console.say(line)
    if arguments.format == "json":
        files = [document_of_replay(one) for one in all_replayed]
        console.document({"dry_run": arguments.dry_run, "files": files})
    elif not all_replayed:
        console.note("No such row is kept; kefu rejects list shows those there are.")
    return 1 if any(one.account.refused for one in all_replayed) else 0


def _asked(arguments: argparse.Namespace) -> "Which":
    from infra.key_store.rejected_rows import Which

    return Which(
        mapping=arguments.mapping.stem if arguments.mapping else None,
        file=arguments.file,
        reason=arguments.reason,
        ids=arguments.ids or None,
    )


def _sources(kept: "RejectedRows", which: "Which") -> "list[Source]":
    """Where the rows are from; NoSuchRejectError if one that was asked for is not there."""
    for one in which.ids or ():
        kept.reveal(one)
    return kept.sources(which)


def _plans(sources: "list[Source]", file: Path | None, settings: "Settings") -> "dict[str, Plan]":
    from pipelines.ingest.compile import read_mapping
    from pipelines.mapping_places import mapping_named

    names = dict.fromkeys(source.mapping for source in sources)
    return {name: read_mapping(file or mapping_named(name, settings)) for name in names}
