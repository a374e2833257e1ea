"""`kefu rotate`: another master key, by which every key is wrapped again."""

import argparse

from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.rotation import rotate_master_key
    from pipelines.stores import open_store

    settings = console.settings(arguments.store)
    with open_store(settings) as store:
        rotated = rotate_master_key(store.server, settings.master_key_file)
    if arguments.format == "json":
        console.document([one._asdict() for one in rotated])
        return 0
    for one in rotated:
        console.say(f"{one.database}: {one.keys} keys wrapped by another master key.")
    console.say(f"It lies in {settings.master_key_file}; the one before is gone.")
    return 0
