"""Whether a failure of the embedded server comes from a disk that is full, and how that is said."""

import shutil
import sys
from pathlib import Path

from pipelines.console import Console

# PostgreSQL's own log grows by whole segments of 16 MiB.
ALMOST_NOTHING = 32 << 20

OF_THE_SERVER = (
    ("psycopg", "OperationalError"),
    ("adbc_driver_manager", "OperationalError"),
    ("infra.postgres.server", "ServerUnavailableError"),
    ("infra.postgres.programs", "ClusterError"),
)


def said_of_full_disk(error: BaseException, console: Console, *, store: str | None) -> str | None:
    """The sentence for an error of the server where its disk has no room left; None for any other."""
    is_ours = any(_is(error, module, name) for module, name in OF_THE_SERVER)
    settings = console.settings(store) if is_ours else None
    if settings is None or settings.database_url is not None:
        return None
    free = _free(settings.home)
    if free is None or free > ALMOST_NOTHING:
        return None
    return (
        f"the disk of {settings.home} is full ({free >> 20} MiB left) and PostgreSQL cannot write: make room "
        "and run it again; what was acknowledged is kept, and what was not is taken in then."
    )


def _is(error: BaseException, module: str, name: str) -> bool:
    found = getattr(sys.modules.get(module), name, None)
    return found is not None and isinstance(error, found)


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
