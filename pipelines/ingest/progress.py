"""A bar that shows how much of a file is done, on a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from pipelines.ingest.ingest import ignore_bytes
from pipelines.ingest.reading import Records


@contextmanager
def bytes_done(records: Records, stream: IO[str]) -> Iterator[Callable[[int], None]]:
    """Give what to tell the bytes done so far; silent where nobody watches."""
    if not stream.isatty():
        yield ignore_bytes
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(records.path.name, total=records.size)
        yield lambda done: bar.update(task, completed=done)
