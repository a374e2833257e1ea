"""Whether a workbook is one, and how much its archive unpacks to, before anything else opens it."""

import zipfile
import zlib
from copy import copy
from pathlib import Path
from typing import Final

from pipelines.ingest.faults import FileFault

MOST_UNPACKED: Final = 1 << 30
MOST_MEMBERS: Final = 10_000
ARCHIVE, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
READ_AT_ONCE: Final = 1 << 20
ENDLESS: Final = 1 << 62


def check_workbook(path: Path) -> None:
    """FileFault if a file is no workbook, has a password, or unpacks to more than a GiB.

    The archive's directory says how much that is; as it may lie, every member is also unpacked and counted.
    """
    try:
        if not path.is_file():
            problem = "is a folder; name a file" if path.is_dir() else "is not there; check the name"
            raise FileFault(path=path, problem=f"{problem}.")
        with path.open("rb") as file:
            head = file.read(len(ARCHIVE))
            if head == OLD_WORKBOOK and ENCRYPTED in file.read():
                raise FileFault(path=path, problem="has a password; save it without one.")
    except OSError as error:
        raise FileFault(path=path, problem=f"cannot be read: {error.strerror}.") from error
    if head == ARCHIVE:
        _check_archive(path)
    elif head != OLD_WORKBOOK:
        raise FileFault(
            path=path, problem="is not a workbook (xlsx, xlsb, xls or ods); set format.type to what it is."
        )


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_size(path, sum(one.file_size for one in members), members=len(members))
            unpacked = 0
            for member in members:
                unpacked += _unpacked(archive, member, path=path, most=MOST_UNPACKED - unpacked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise FileFault(path=path, problem="is damaged; save or export it again.") from error


def _check_size(path: Path, size: int, *, members: int) -> None:
    if size > MOST_UNPACKED or members > MOST_MEMBERS:
        problem = f"unpacks to more than {MOST_UNPACKED >> 30} GiB; save it as CSV, or cut it up."
        raise FileFault(path=path, problem=problem)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, path: Path, most: int) -> int:
    """How many bytes a member really unpacks to, counted up to one more than `most`."""
    endless, count = copy(member), 0
    # The archive's reader stops at the size that the directory gives; its checksum is still compared.
    endless.file_size = ENDLESS
    with archive.open(endless) as content:
        while read := content.read(READ_AT_ONCE):
            count += len(read)
            _check_size(path, count + MOST_UNPACKED - most, members=1)
    return count
