"""What a console gives to backups and restores: its variables, its clock, a line for whoever watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from infra.backup import Surroundings
from pipelines.console import Console
from projections.facts import SPECS


@contextmanager
def surroundings(console: Console, what: str) -> Iterator[Surroundings]:
    """Facts and their sums are left out of a backup: `kefu project` makes them again from the log."""
    with _shown(what, console.stderr) as watch:
        yield Surroundings(environ=console.environ, clock=console.clock, watch=watch, facts=tuple(SPECS))


@contextmanager
def _shown(what: str, stream: IO[str]) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done and for how long; nothing where nobody watches."""
    if not stream.isatty():
        yield lambda _: None
        return
    from rich.console import Console as Terminal  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Terminal(file=stream), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda told: shown.update(task, description=f"{what}: {told}")
