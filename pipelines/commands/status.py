"""`kefu status`: the server, where the log ends, where every fact stands, and whether a projector lives."""

import argparse
from typing import Any

from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.postgres import find_server

    settings = console.settings(arguments.store)
    server = find_server(settings)
    nothing = {"server": None, "store": settings.store}
    found = nothing if server is None else _of_store(arguments, console)
    if arguments.format == "json":
        console.document(found)
    else:
        _print(found, console)
    return 0


def _of_store(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    from infra.backup import last_backups, leftovers
    from pipelines.stores import open_store
    from projections.runner.operate import status
    from projections.segments.segments import sealed_position

    with open_store(console.settings(arguments.store)) as store:
        server, now, epoch = store.server.describe(), status(store.conninfo), store.epoch()
        declared = store.declared_histories()
        unfinished = leftovers(store.settings, server=store.server)
        sealed_upto = sealed_position(store.conninfo)
        with store.connect() as connection:
            backups = last_backups(connection)
    return {
        "server": {
            "kind": server.kind,
            "version": server.version,
            "pid": server.pid,
            "address": server.conninfo,
        },
        "store": store.settings.store,
        "epoch": epoch,
        "backups": {name: backups.get(name) for name in ("last_backup", "last_keys_backup")},
        "unfinished_restore": unfinished,
        "histories_declared_by": declared,
        "highest_position": now.highest,
        "sealed_upto": sealed_upto,
        "projector": {"pid": now.beat_pid, "beat_at": now.beat_at.isoformat() if now.beat_at else None},
        "facts": [
            {
                "fact": place.fact,
                "version": place.version,
                "position": place.position,
                "behind": now.lag(place),
                "stopped_at": place.stopped_at,
                "error": place.error,
            }
            for place in now.facts
        ],
    }


def _of_backups(found: dict[str, Any]) -> str:
    whole, keys = found["backups"]["last_backup"], found["backups"]["last_keys_backup"]
    told = f"Epoch {found['epoch']}; last backup {whole or 'never'}"
    told += f", of the keys alone {keys}." if keys else "."
    if found["unfinished_restore"]:
        told += (
            f" A restore runs or was killed ({', '.join(found['unfinished_restore'])}); "
            "if none runs, kefu restore --finish tidies up."
        )
    return told


def _print(found: dict[str, Any], console: Console) -> None:
    from pipelines.commands.tables import print_table

    if found["server"] is None:
        console.say("No server is running; any command that needs one starts it.")
        return
    server, beat = found["server"], found["projector"]
    console.say(
        f"PostgreSQL {server['version']} ({server['kind']}, pid {server['pid']}) at {server['address']}"
    )
    console.say(f"Store {found['store']}: the log ends at position {found['highest_position']}.")
    console.say(_of_backups(found))
    if found["histories_declared_by"]:
        mappings = ", ".join(found["histories_declared_by"])
        console.say(f"History declared (no entry times, known when it happened): {mappings}.")
    last = f"last beat {beat['beat_at']} of pid {beat['pid']}" if beat["pid"] else "never ran"
    console.say(f"Projector: {last}. Segments: sealed up to position {found['sealed_upto']}.")
    columns = ("fact", "version", "position", "behind", "stopped_at", "error")
    print_table(found["facts"], console, columns=columns)
