"""Whether the files of a backup are what its manifest says: their bytes, and the rows in them."""

import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO

from infra.backup.errors import BackupError
from infra.backup.manifest import Dump, Manifest
from infra.backup.programs import Programs, programs_here, to_read
from infra.backup.surroundings import Surroundings

CHUNK = 1 << 20
DATA_LINE = re.compile(rb"COPY public\.\"?(?P<table>[^ \"]+)\"? .*FROM stdin;\n")
END = b"\\.\n"


def check(folder: Path, manifest: Manifest, *, surroundings: Surroundings) -> None:
    """Read every file to its end; BackupError for the first that is not as it was written."""
    check_bytes(folder, manifest, surroundings=surroundings)
    here = programs_here(surroundings.environ)
    for _, dump in manifest.dumps:
        surroundings.watch(f"counting the rows in {dump.file}")
        check_rows(folder / dump.file, dump, programs=to_read(dump.major, here=here))


def check_bytes(folder: Path, manifest: Manifest, *, surroundings: Surroundings) -> None:
    """Compare the size and the hash of every file."""
    for _, dump in manifest.dumps:
        surroundings.watch(f"reading {dump.file}")
        _check_bytes(folder / dump.file, dump)


def check_rows(file: Path, dump: Dump, *, programs: Programs) -> None:
    """Compare the rows in the archive, read by pg_restore, with those counted when it was made."""
    listed = _listed(file, programs=programs)
    if listed != set(dump.rows):
        odd = ", ".join(sorted(listed ^ set(dump.rows)))
        raise BackupError(f"{file} does not hold the tables that the manifest names ({odd}); use another")
    counted = rows_in(file, programs=programs)
    for table, rows in dump.rows.items():
        if counted.get(table) != rows:
            raise BackupError(
                f"{file} holds {counted.get(table, 0)} rows of {table}, and {rows} were there; "
                "use another backup"
            )


def rows_in(file: Path, *, programs: Programs) -> dict[str, int]:
    """The rows of each table in an archive."""
    with subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
        [programs.pg_restore, "--data-only", "--file=-", str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        counted = dict(_counts(process.stdout)) if process.stdout else {}
    if process.returncode != 0:
        raise BackupError(f"pg_restore {programs.version} cannot read {file} to its end; use another backup")
    return counted


def _counts(script: IO[bytes]) -> Iterator[tuple[str, int]]:
    """The tables of a script of pg_restore and their rows: a line each, since breaks in texts are escaped."""
    while line := script.readline():
        if found := DATA_LINE.fullmatch(line):
            yield found["table"].decode(), _lines_before_end(script)


def _lines_before_end(script: IO[bytes]) -> int:
    # A line costs a tenth here of what pg_restore needs to unpack and write it.
    return sum(1 for _ in iter(script.readline, END))


def _listed(file: Path, *, programs: Programs) -> set[str]:
    told = subprocess.run(  # noqa: S603 (PostgreSQL's own program)
        [programs.pg_restore, "--list", str(file)], check=False, capture_output=True, text=True
    )
    if told.returncode != 0:
        reason = " ".join(told.stderr.split())
        raise BackupError(f"{file} is no archive that pg_restore {programs.version} reads: {reason}")
    return set(re.findall(r" TABLE DATA public (\S+) ", told.stdout))


def _check_bytes(file: Path, dump: Dump) -> None:
    try:
        size = file.stat().st_size
        digest = _digest(file) if size == dump.bytes else ""
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}; use another backup") from error
    if size != dump.bytes:
        raise BackupError(f"{file} has {size:,} bytes, and {dump.bytes:,} were written; use another backup")
    if digest != dump.sha256:
        raise BackupError(f"{file} is not as it was written: its SHA-256 differs; use another backup")


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as read:
        while chunk := read.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
