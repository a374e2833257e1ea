"""What became of a dropped file, as a document beside it, and how long both are kept."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipelines.inbox.folders import RECEIPT, Place, is_data

Outcome = Literal["done", "failed"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One file: who it was, by which mapping it was read, when, and the account of its records.

    `positions` is the stretch of the log in which its events lie, beside whatever others told meanwhile;
    `broken_rules` counts what streams of that stretch break, among the first events of them.
    """

    file: str
    bytes: int
    sha256: str | None
    mapping: str
    mapping_sha256: str | None
    outcome: Outcome
    moved_to: str
    taken_at: datetime
    finished_at: datetime
    fault: str | None
    positions: dict[str, int] | None
    account: dict[str, Any] | None
    broken_rules: dict[str, int]


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Write it whole or not at all; its time is that at which the file was done with."""
    half = path.with_name(f".{path.name}")
    with half.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    at = receipt.finished_at.timestamp()
    os.utime(half, (at, at))
    half.rename(path)


def move_with_receipt(place: Place, receipt: Receipt) -> None:
    """Move the file and then its receipt; after a kill in between `finish_moves` does the rest."""
    target = place.folder / receipt.moved_to
    (place.taking / receipt.file).rename(target)
    (place.taking / f"{receipt.file}{RECEIPT}").rename(target.with_name(f"{target.name}{RECEIPT}"))


def finish_moves(place: Place) -> None:
    """Bring receipts to files that were moved already; one whose file was not is written anew."""
    for path in sorted(place.taking.glob(f"[!.]*{RECEIPT}")):
        receipt = msgspec.json.decode(path.read_bytes(), type=Receipt)
        if not (place.taking / receipt.file).exists():
            target = place.folder / receipt.moved_to
            path.rename(target.with_name(f"{target.name}{RECEIPT}"))


def delete_old(places: Iterable[Place], *, now: datetime, kept: timedelta) -> list[Path]:
    """Delete files that were done with longer ago than they are kept, and their receipts."""
    before = (now - kept).timestamp()
    return [
        path
        for place in places
        for folder in (place.done, place.failed)
        for path in sorted(folder.iterdir())
        if _is_old(path, before=before) and _deleted(path)
    ]


def _is_old(path: Path, *, before: float) -> bool:
    """By the receipt's time; a file without one, and a receipt without a file, by its own."""
    if path.is_symlink() or not path.is_file() or path.name.startswith("."):
        return False
    receipt = path if not is_data(path.name) else path.with_name(f"{path.name}{RECEIPT}")
    return receipt.stat().st_mtime < before if receipt.exists() else path.stat().st_ctime < before


def _deleted(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True
