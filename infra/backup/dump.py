"""One database written to a file by pg_dump, with the rows of each table counted in the same snapshot."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

from psycopg import Connection, IsolationLevel
from psycopg.sql import SQL, Identifier

from infra.backup.errors import BackupError
from infra.backup.manifest import AppliedMigration, Dump
from infra.backup.programs import Programs, address_argument, programs_here, to_dump, variables
from infra.backup.surroundings import Surroundings

CHUNK = 1 << 20
# How far each fact has come, and who projects, say nothing of a store whose facts are yet to be made.
LEFT_EMPTY = ("projection_checkpoint", "projector_heartbeat")

READ_TABLES = """
select relname
from pg_class
where relnamespace = 'public'::regnamespace
and relkind = 'r'
and relname <> all(%s::text[])
and not coalesce(relname ~ any(%s::text[]), false)
order by relname
"""


VALUES = {
    "epoch": "select value from store_meta where name = 'epoch'",
    "highest_position": "select coalesce(max(notification_id), 0) from stored_events",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """Size and hash of a file as it was handed to the disk."""

    bytes: int
    sha256: str


class Source:
    """A database seen in one snapshot, which pg_dump shares.

    Use it as a context manager; it holds a transaction open.
    """

    def __init__(self, conninfo: str, *, facts: tuple[str, ...]) -> None:
        self.conninfo = conninfo
        self._patterns = tuple(
            pattern for fact in facts for pattern in (f"{fact}_v[0-9]*", f"{fact}_sums_v[0-9]*")
        )
        self.connection = Connection[Any].connect(conninfo)

    def __enter__(self) -> Self:
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self.connection.read_only = True
        # pg_dump may take longer than the server lets a transaction be idle.
        self.connection.execute("set local idle_in_transaction_session_timeout = 0")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.connection.info.server_version // 10_000

    @property
    def version(self) -> str:
        """The server's version as people write it."""
        return f"{self.major}.{self.connection.info.server_version % 10_000}"

    def value(self, statement: Literal["epoch", "highest_position"]) -> Any:
        """A single value of the event database."""
        row = self.connection.execute(VALUES[statement]).fetchone()
        return row[0] if row else None

    def rows(self) -> dict[str, int]:
        """How many rows each table holds that goes into the dump."""
        # As pg_dump reads its patterns: `*` is any text, and the whole name must fit.
        regexes = [f"^{pattern.replace('*', '.*')}$" for pattern in self._patterns]
        found = self.connection.execute(READ_TABLES, (list(LEFT_EMPTY), regexes)).fetchall()
        return {name: self._count(name) for (name,) in found}

    def migrations(self) -> tuple[AppliedMigration, ...]:
        """What had made the tables, in order."""
        found = self.connection.execute("select name, sha256 from schema_migration order by name").fetchall()
        return tuple(AppliedMigration(name=name, sha256=digest) for name, digest in found)

    def arguments(self) -> Iterator[str]:
        """What pg_dump is asked for."""
        (snapshot,) = self.connection.execute("select pg_export_snapshot()").fetchone() or ("",)
        # A fast compression: most of what is in a log of sealed texts and hashes cannot be made smaller.
        yield from ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")
        yield f"--snapshot={snapshot}"
        yield from (f"--exclude-table=public.{pattern}" for pattern in self._patterns)
        yield from (f"--exclude-table-data=public.{table}" for table in LEFT_EMPTY)
        yield address_argument(self.conninfo)

    def _count(self, table: str) -> int:
        (count,) = self.connection.execute(
            SQL("select count(*) from {}").format(Identifier("public", table))
        ).fetchone() or (0,)
        return int(count)


def dump(source: Source, file: Path, *, surroundings: Surroundings) -> Dump:
    """Write what the source sees to a file; BackupError in pg_dump's words if it cannot."""
    programs = to_dump(source.major, here=programs_here(surroundings.environ))
    began_at, rows, name = surroundings.clock(), source.rows(), _name_of(file)
    try:
        written = _write(programs, source, file, surroundings=surroundings)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    return Dump(
        file=name,
        bytes=written.bytes,
        sha256=written.sha256,
        program=programs.version,
        server=source.version,
        began_at=began_at,
        migrations=source.migrations(),
        rows=rows,
    )


def _name_of(file: Path) -> Literal["events.dump", "keys.dump"]:
    return "events.dump" if file.name == "events.dump" else "keys.dump"


def _write(programs: Programs, source: Source, file: Path, *, surroundings: Surroundings) -> Written:
    """Through this process, and not by pg_dump itself: if this one is killed, pg_dump ends with it."""
    digest, size = sha256(), 0
    file.touch(mode=0o600)
    with tempfile.TemporaryFile() as errors, file.open("wb") as out:
        with subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
            [programs.pg_dump, *source.arguments()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=variables(source.conninfo, surroundings.environ),
        ) as process:
            while chunk := process.stdout.read(CHUNK) if process.stdout else b"":
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                surroundings.watch(f"{file.name}: {size / 1e6:,.1f} MB")
        out.flush()
        os.fsync(out.fileno())
        errors.seek(0)
        reason = " ".join(errors.read().decode(errors="replace").split())
    if process.returncode != 0:
        raise BackupError(f"pg_dump {programs.version} could not write {file}: {reason}")
    return Written(bytes=size, sha256=digest.hexdigest())
