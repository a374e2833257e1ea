"""A bar that shows how far into the log a command has come, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from projections.runner.projector import Progress as Place


@contextmanager
def positions_done(what: str, stream: IO[str]) -> Iterator[Callable[[Place], None] | None]:
    """Give what to tell each place reached; None where nobody watches."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda place: bar.update(task, completed=place.position, total=place.highest)
