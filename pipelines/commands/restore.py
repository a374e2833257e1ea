"""`kefu restore DIR`: make a store again from a backup, read one by `--check`, or tidy up by `--finish`."""

import argparse
from pathlib import Path

from pipelines.commands.backup import contents
from pipelines.commands.usage import BadUsage
from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="the folder of a whole backup")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="take the keys from this newer backup")
    parser.add_argument(
        "--master-key",
        type=Path,
        metavar="FILE",
        help="the master key of the backup, if it was changed since",
    )
    parser.add_argument("--check", action="store_true", help="read the backup to its end and touch nothing")
    parser.add_argument("--replace", action="store_true", help="put it in the place of a store with events")
    parser.add_argument("--disconnect", action="store_true", help="cut off whoever is connected to the store")
    parser.add_argument("--finish", action="store_true", help="tidy up after a restore that was killed")


def run(arguments: argparse.Namespace, console: Console) -> int:
    if (arguments.folder is None) != arguments.finish:
        raise BadUsage("restore needs the folder of a backup, or --finish alone.")
    if arguments.finish:
        return _finish(arguments, console)
    return _check(arguments, console) if arguments.check else _restore(arguments, console)


def _check(arguments: argparse.Namespace, console: Console) -> int:
    from infra.backup import Wanted, check, check_master_key, read_manifest, read_sources
    from pipelines.backup_surroundings import surroundings

    folders = [arguments.folder] if arguments.keys is None else [arguments.folder, arguments.keys]
    manifests = {folder: read_manifest(folder) for folder in folders}
    if arguments.keys is not None:
        read_sources(Wanted(folder=arguments.folder, keys_folder=arguments.keys))
    with surroundings(console, "restore") as around:
        for folder, manifest in manifests.items():
            check(folder, manifest, surroundings=around)
            ended = f"{manifest.ended_at:%Y-%m-%d %H:%M:%S} UTC"
            console.say(f"{folder} is whole: store {manifest.store} at {ended}, {contents(manifest)}.")
    file = arguments.master_key or console.settings(arguments.store).master_key_file
    if file.exists():
        check_master_key(manifests[folders[-1]], file=file)
        console.say(f"The master key in {file} opens it.")
    else:
        console.note(f"There is no master key in {file}: whether yours opens it is not known.")
    return 0


def _restore(arguments: argparse.Namespace, console: Console) -> int:
    from infra.backup import Wanted, restore
    from pipelines.backup_surroundings import surroundings
    from pipelines.erasure import reconcile
    from pipelines.positions import positions_done
    from pipelines.stores import open_store
    from projections.runner.operate import project
    from projections.segments.folder import drop, segments_folder

    settings = console.settings(arguments.store)
    wanted = Wanted(
        folder=arguments.folder,
        keys_folder=arguments.keys,
        master_key_file=arguments.master_key,
        may_replace=arguments.replace,
        may_disconnect=arguments.disconnect,
    )
    with surroundings(console, "restore") as around:
        done = restore(settings, wanted, surroundings=around, reconcile=reconcile)
    ended = f"{done.manifest.ended_at:%Y-%m-%d %H:%M:%S} UTC"
    console.say(f"Store {settings.store} is as it was at {ended}: {contents(done.manifest)}.")
    console.say(f"It begins epoch {done.epoch}.")
    if done.is_other_store:
        console.say("What was replaced was another store: nothing of it is carried over.")
    if done.erased:
        console.say(f"Customers erased since then, and erased again: {done.erased:,}.")
    if done.held:
        console.say(f"Customers to be erased once their legal hold is lifted: {done.held:,}.")
    drop(segments_folder(settings))
    with open_store(settings) as store, positions_done("project", console.stderr) as progress:
        console.say(f"Every fact stands at position {project(store.conninfo, progress=progress)}.")
    return 0


def _finish(arguments: argparse.Namespace, console: Console) -> int:
    from infra.backup import finish_restore
    from pipelines.erasure import reconcile

    dropped = finish_restore(console.settings(arguments.store), reconcile=reconcile)
    told = f"dropped {', '.join(dropped)}" if dropped else "nothing was left of a restore"
    console.say(f"Store {console.settings(arguments.store).store}: {told}.")
    return 0
