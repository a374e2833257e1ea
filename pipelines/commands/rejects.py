"""`kefu rejects list|show`: rows of files that could not be used, kept encrypted for thirty days."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.key_store.rejected_rows import RejectedRow

SHOWN = 100
COLUMNS = ("id", "mapping", "file", "line", "reason", "rejected_at")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="list|show", required=True)
    listing = actions.add_parser("list", help="show where rejected rows stand, and why; nothing personal")
    listing.add_argument("--mapping", metavar="NAME", help="of this mapping, by its name without .yaml")
    listing.add_argument("--file", metavar="FILE", help="of this file, by its path or the end of it")
    listing.add_argument("--reason", metavar="WORD", help="rejected for this reason")
    listing.add_argument(
        "--limit", type=whole_number, default=SHOWN, metavar="N", help=f"how many to show (default {SHOWN})"
    )
    show = actions.add_parser(
        "show",
        help="reveal one row as it was read: this shows PERSONAL DATA",
        description="Reveal one row as it was read: this shows PERSONAL DATA.",
    )
    show.add_argument("id", type=whole_number, metavar="ID", help="as kefu rejects list gives it")
    for action in (listing, show):
        action.add_argument("--format", choices=("table", "json"), default="table", help="how to print")


def run(arguments: argparse.Namespace, console: Console) -> int:
    action = {"list": _list, "show": _show}[arguments.action]
    action(arguments, console)
    return 0


def _list(arguments: argparse.Namespace, console: Console) -> None:
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
        return
    print_table([_told(row) for row in rows], console, columns=COLUMNS)
    if count > len(rows):
        console.note(f"… and {count - len(rows):,} more; --limit shows them.")


def _show(arguments: argparse.Namespace, console: Console) -> None:
    from infra.key_store.rejected_rows import RejectedRows
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        kept = RejectedRows(store.keys)
        kept.prune(now=console.clock())
        row, content = kept.reveal(arguments.id)
    revealed = json.loads(content)
    if arguments.format == "json":
        console.document({**_told(row), **revealed})
        return
    reason = row.reason + (f": {revealed['detail']}" if revealed["detail"] else "")
    console.say(f"{row.file}, line {row.line}: {reason}")
    console.say(f"  rejected by mapping {row.mapping} on {row.rejected_at:%Y-%m-%d}")
    for name, cell in revealed["cells"].items():
        console.say(f"  {name}: {cell or ''}".rstrip())


def _told(row: "RejectedRow") -> dict[str, Any]:
    return {**row._asdict(), "rejected_at": row.rejected_at.isoformat(timespec="seconds")}
