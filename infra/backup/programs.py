"""PostgreSQL's own pg_dump and pg_restore: which of those on this machine fit a server, and their running."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.backup.errors import BackupError
from infra.postgres.conninfo import parameters, without_secrets
from infra.postgres.embedded import wheel_programs
from infra.postgres.programs import ClusterError

# Where packages put the programs of each version, most of them not on PATH.
PACKAGED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
VERSION = re.compile(r"\(PostgreSQL\) (?P<version>(?P<major>\d+)[\w.]*)")

BY_VARIABLE = {"password": "PGPASSWORD", "passfile": "PGPASSFILE"}


@dataclass(frozen=True, kw_only=True)
class Programs:
    """A folder with both programs; `version` is such as 18.4."""

    folder: Path
    version: str
    major: int

    @property
    def pg_dump(self) -> str:
        """Writes a database to an archive."""
        return str(self.folder / "pg_dump")

    @property
    def pg_restore(self) -> str:
        """Reads an archive, or makes a database from it."""
        return str(self.folder / "pg_restore")


def programs_here(environ: Mapping[str, str]) -> list[Programs]:
    """One of each major version on this machine, oldest first."""
    found: dict[int, Programs] = {}
    for folder in _folders(environ.get("PATH", "")):
        programs = _described(folder)
        if programs is not None:
            found.setdefault(programs.major, programs)
    return [found[major] for major in sorted(found)]


def to_dump(server: int, *, here: Iterable[Programs]) -> Programs:
    """Those for a server of this major version: its own, else the next newer; pg_dump reads no newer server.

    Its own are best, because pg_restore of that version then reads what was written.
    """
    fitting = [programs for programs in here if programs.major >= server]
    if not fitting:
        raise BackupError(_none_fits(f"pg_dump of PostgreSQL {server} or newer", here=here))
    return fitting[0]


def to_read(archive: int, *, here: Iterable[Programs]) -> Programs:
    """Those that read an archive written by this major version: no older ones do."""
    fitting = [programs for programs in here if programs.major >= archive]
    if not fitting:
        raise BackupError(_none_fits(f"pg_restore of PostgreSQL {archive} or newer", here=here))
    return fitting[0]


def to_restore(archive: int, *, server: int, here: Iterable[Programs]) -> Programs:
    """Those that read the archive and fit the server best: its own version, else a newer, else the newest."""
    to_read(archive, here=here)
    fitting = [programs for programs in here if programs.major >= archive]
    return next((programs for programs in fitting if programs.major >= server), fitting[-1])


def address_argument(conninfo: str) -> str:
    """The address as a program's argument: without secrets, which everybody on the machine could read."""
    if "sslpassword" in parameters(conninfo):
        raise BackupError(
            "DATABASE_URL has an sslpassword, which pg_dump takes on its command line alone, for all to "
            "read; use a client key without one"
        )
    return f"--dbname={without_secrets(conninfo)}"


def variables(conninfo: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What a program inherits, the password among it."""
    parts = parameters(conninfo)
    secrets = {variable: parts[name] for name, variable in BY_VARIABLE.items() if name in parts}
    return {**environ, **secrets, "LC_ALL": "C"}


def _folders(path: str) -> Iterator[Path]:
    with suppress(ClusterError):
        yield wheel_programs()
    for pattern in PACKAGED:
        yield from sorted(Path("/").glob(pattern.removeprefix("/")))
    # Last, since Debian's wrapper on PATH chooses a version by itself.
    on_path = shutil.which("pg_dump", path=path)
    if on_path is not None:
        yield Path(on_path).parent


def _described(folder: Path) -> Programs | None:
    if not all((folder / name).is_file() for name in ("pg_dump", "pg_restore")):
        return None
    told = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        [str(folder / "pg_dump"), "--version"], check=False, capture_output=True, text=True
    )
    version = VERSION.search(told.stdout)
    if version is None:
        return None
    return Programs(folder=folder, version=version["version"], major=int(version["major"]))


def _none_fits(wanted: str, *, here: Iterable[Programs]) -> str:
    majors = ", ".join(str(programs.major) for programs in here) or "none"
    return f"this needs {wanted}, and on this machine there is {majors}; install it, or put it on PATH"
