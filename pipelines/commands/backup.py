"""`kefu backup DIR [--only keys]`: copy a store's two databases to a folder, and read the copy back."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.console import Console

if TYPE_CHECKING:
    from infra.backup import Manifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--only", choices=("keys",), help="the short backup, to be made often: the keys alone"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.backup import back_up
    from pipelines.backup_surroundings import surroundings
    from pipelines.stores import open_store

    with (
        open_store(console.settings(arguments.store)) as store,
        surroundings(console, "backup") as around,
    ):
        is_only_keys = arguments.only == "keys"
        manifest = back_up(store, arguments.folder, surroundings=around, is_only_keys=is_only_keys)
        console.say(
            f"Store {manifest.store} in {arguments.folder}: {contents(manifest)}; read back and whole."
        )
        console.note(
            f"The master key is not in it, and nothing of it can be read without: keep a copy of "
            f"{store.settings.master_key_file} somewhere else."
        )
    return 0


def contents(manifest: "Manifest") -> str:
    """What a backup holds, in words."""
    keys = f"the keys of {manifest.keys.rows['subject_key']:,} subjects"
    size = sum(dump.bytes for _, dump in manifest.dumps)
    told = f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
    if manifest.events is None:
        return f"{keys}, {told}"
    events = f"{manifest.events.rows['stored_events']:,} events up to position {manifest.highest_position}"
    return f"{events}, {keys}, {told}"
