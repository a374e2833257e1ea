"""The files that somebody names on a command line: plain names, and patterns such as 'calls/**/*.csv'."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.ingest.faults import FileFault


def files_named(names: Sequence[str]) -> list[Path]:
    """Each file once, in the order of the names; those of a pattern sorted. FileFault if it finds none."""
    return list(dict.fromkeys(path for name in names for path in _found(name)))


def _found(name: str) -> Iterator[Path]:
    path = Path(name).expanduser()
    # A name with brackets in it may be the name of a file.
    if not glob.has_magic(name) or path.exists():
        yield path
        return
    found = [one for one in map(Path, glob.glob(str(path), recursive=True)) if one.is_file()]  # noqa: PTH207
    if not found:
        raise FileFault(path=path, problem="is a pattern that no file fits; check it, and the folder.")
    yield from sorted(found)
