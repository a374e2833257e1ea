"""The file that holds the master key: 32 random bytes as base64 text, readable by its owner alone."""

import binascii
import fcntl
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.settings import SettingError

KEY_BYTES = 32


class MasterKeyError(Exception):
    """The master key at hand is not the one that wrapped this store's keys."""

    def __init__(self, *, database: str) -> None:
        super().__init__(
            f"the master key does not open the keys in database {database}; "
            "set KEFU_MASTER_KEY_FILE to the file that made them"
        )


def read_or_make_master_key(file: Path) -> bytes:
    """The key in `file`, made if there is no file; processes that make it at once all read the same one."""
    if not file.exists():
        _make(file)
    return _read(file)


def next_master_key_file(file: Path) -> Path:
    """Where the key that will replace it lies while the store's keys are wrapped again."""
    return file.with_name(f"{file.name}.next")


def known_master_keys(file: Path) -> list[bytes]:
    """Every master key that a store may have been wrapped by: the one in use, and the one to come."""
    # The next one first: read the other way round, it could take its place between the two.
    return [_read(known) for known in (next_master_key_file(file), file) if known.exists()]


@contextmanager
def with_master_key(file: Path, *, alone: bool = False) -> Iterator[None]:
    """While processes read a master key to use it, nobody replaces it; and the other way round."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not alone and not os.access(file.parent, os.R_OK):
        # Whoever may only pass through the folder cannot lock it; others replace the key there, if anybody.
        yield
        return
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def replace_master_key(file: Path) -> None:
    """Let the next key take the place of the one in use, which is then gone."""
    next_master_key_file(file).replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _make(file: Path) -> None:
    # Written whole beside its place, then linked: a link never replaces, and nobody reads half a key.
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(b64encode(os.urandom(KEY_BYTES)) + b"\n")
            written.flush()
            os.fsync(written.fileno())
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        Path(unfinished).unlink()


def _read(file: Path) -> bytes:
    try:
        key = b64decode(file.read_bytes().strip(), validate=True)
    except OSError as error:
        raise _setting_error(f"names {file}, which cannot be read: {error.strerror}") from error
    except binascii.Error as error:
        raise _setting_error(f"names {file}, which is not base64 text") from error
    if len(key) != KEY_BYTES:
        raise _setting_error(f"names {file}, which holds {len(key)} bytes instead of {KEY_BYTES}")
    return key


def _setting_error(problem: str) -> SettingError:
    return SettingError(key="KEFU_MASTER_KEY_FILE", problem=problem)
