"""The file that holds the master key: 32 random bytes as base64 text, readable by its owner alone."""

import binascii
import os
import tempfile
from base64 import b64decode, b64encode
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
