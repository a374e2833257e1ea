"""Files and folder entries brought to the disk before anything relies on them."""

import os
from pathlib import Path


def write_durably(file: Path, content: bytes) -> None:
    """Write a whole file, and return when it is on the disk."""
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk: what a name stands for must be there before the name is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
