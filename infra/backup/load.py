"""A database made from a dump by pg_restore, and every row in it counted."""

import re
import subprocess
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.backup.errors import BackupError
from infra.backup.manifest import Dump
from infra.backup.programs import Programs, address_argument, programs_here, to_restore, variables
from infra.backup.surroundings import Surroundings

JOBS = 2
# pg_restore sets it since version 17, and older servers do not know it: the one complaint that means nothing.
UNKNOWN_TO_OLD_SERVERS = '"transaction_timeout"'
# Policies name roles of the whole cluster. On another one they may not be there yet: whoever would read under
# one is then refused, until `kefu serve` starts and gives tables their policies again.
LIMITED_READER = re.compile(r'role "kefu_(unit|customer|unit_customer)_reader" does not exist')
COMPLAINT = "pg_restore: error: "


def load(file: Path, dump: Dump, *, conninfo: str, surroundings: Surroundings) -> None:
    """Fill the empty database from the file; BackupError if anything in it is not as it was."""
    with Connection[Any].connect(conninfo, autocommit=True) as connection:
        server = connection.info.server_version // 10_000
        programs = to_restore(dump.major, server=server, here=programs_here(surroundings.environ))
        _run(programs, file, conninfo=conninfo, surroundings=surroundings)
        _compare(connection, file, dump)
        # Nothing is known yet of what the tables hold, and the first question would be planned without.
        tables = SQL(", ").join(Identifier("public", table) for table in dump.rows)
        connection.execute(SQL("analyze {}").format(tables))


def _run(programs: Programs, file: Path, *, conninfo: str, surroundings: Surroundings) -> None:
    arguments = [f"--jobs={JOBS}", "--no-owner", "--no-privileges", address_argument(conninfo), str(file)]
    told = subprocess.run(  # noqa: S603 (PostgreSQL's own program)
        [programs.pg_restore, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=variables(conninfo, surroundings.environ),
    )
    complaints = [line for line in told.stderr.splitlines() if line.startswith(COMPLAINT)]
    meant = [line for line in complaints if not _means_nothing(line)]
    if meant or (told.returncode != 0 and not complaints):
        reason = (meant or [" ".join(told.stderr.split())])[0].removeprefix(COMPLAINT)
        raise BackupError(f"pg_restore {programs.version} could not restore {file}: {reason}")


def _means_nothing(complaint: str) -> bool:
    return UNKNOWN_TO_OLD_SERVERS in complaint or LIMITED_READER.search(complaint) is not None


def _compare(connection: Connection[Any], file: Path, dump: Dump) -> None:
    for table, rows in dump.rows.items():
        statement = SQL("select count(*) from {}").format(Identifier("public", table))
        (found,) = connection.execute(statement).fetchone() or (0,)
        if found != rows:
            raise BackupError(f"{file} gave {found} rows of {table} instead of {rows}; use another backup")
