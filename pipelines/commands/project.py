"""`kefu project [--follow]`: bring every fact to the end of the log, and keep it there."""

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING

from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--follow", action="store_true", help="stay up and keep the facts at the end of the log"
    )
    parser.add_argument("--no-seal", action="store_true", help="seal no closed ranges of the log behind")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.positions import positions_done
    from pipelines.stores import open_store
    from projections.runner.operate import follow, project

    with open_store(console.settings(arguments.store)) as store:
        with positions_done("project", console.stderr) as progress:
            position = project(store.conninfo, progress=progress)
        console.say(f"Every fact stands at position {position}.")
        if arguments.follow:
            console.stdout.flush()
            with until_told() as stop, _sealing(arguments, console, store):
                follow(store.conninfo, stop=stop.is_set)
        elif not arguments.no_seal:
            _seal_behind(store)
    return _any_stopped(store.conninfo, console)


def _sealing(arguments: argparse.Namespace, console: Console, store: "Store") -> AbstractContextManager[None]:
    from pipelines.sealing_behind import sealing_behind

    if arguments.no_seal:
        return nullcontext()
    return sealing_behind(store.conninfo, store.settings, environ=console.environ)


def _seal_behind(store: "Store") -> None:
    from pipelines.sealing_behind import is_range_closed
    from projections.segments.folder import segments_folder
    from projections.segments.seal import seal

    if is_range_closed(store.conninfo):
        seal(store.conninfo, segments_folder(store.settings))


def _any_stopped(conninfo: str, console: Console) -> int:
    """A fact that stopped before a poison event is a failure that the others survive."""
    from projections.runner.operate import status

    stopped = [place for place in status(conninfo).facts if place.stopped_at is not None]
    for place in stopped:
        console.note(
            f"kefu: {place.fact} stopped before position {place.stopped_at}: {place.error}; "
            f"mend it, or leave it out with kefu skip {place.fact} {place.stopped_at} --reason TEXT."
        )
    return 1 if stopped else 0


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """An event that SIGTERM sets (Ctrl-C raises, as everywhere)."""
    stop = threading.Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = signal.signal(signal.SIGTERM, set_stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)
