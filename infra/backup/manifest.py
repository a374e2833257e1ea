"""The manifest of a backup: what is in its files, so that they can be checked; written last."""

import hmac
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from infra.backup.errors import BackupError
from infra.durable_files import sync_folder, write_durably

MANIFEST = "manifest.json"
FORMAT = 1
EVENTS_FILE, KEYS_FILE = "events.dump", "keys.dump"
PRINT_DIGITS = 16


class AppliedMigration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A migration that had made the tables."""

    name: str
    sha256: str


class Dump(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One database as pg_dump wrote it: what is in the file, and how many rows each table had."""

    file: Literal["events.dump", "keys.dump"]
    bytes: int
    sha256: str
    program: str
    server: str
    began_at: datetime
    migrations: tuple[AppliedMigration, ...]
    rows: dict[str, int]

    @property
    def major(self) -> int:
        """The major version of the pg_dump that wrote it."""
        return int(self.program.partition(".")[0])


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a folder holds: both databases of a store, or its keys alone.

    `store_print` is the same for a store and whatever was restored from it; `master_key_print` tells the
    master key that opens the keys. Both are keyed hashes, from which no key can be guessed.
    """

    format: int = FORMAT
    kefu: str
    store: str
    epoch: str
    store_print: str
    master_key_print: str
    began_at: datetime
    ended_at: datetime
    highest_position: int | None
    events: Dump | None
    keys: Dump
    sha256: str = ""

    @property
    def dumps(self) -> Iterator[tuple[Literal["events", "keys"], Dump]]:
        """Each database that it holds."""
        if self.events is not None:
            yield "events", self.events
        yield "keys", self.keys


def key_print(key: bytes) -> str:
    """By which a key is known again without being told."""
    return hmac.digest(key, b"kefu backup", "sha256").hex()[:PRINT_DIGITS]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put it in its place whole and last: its being there says that all it speaks of is there."""
    sealed = msgspec.structs.replace(manifest, sha256=_seal(manifest))
    text = msgspec.json.format(msgspec.json.encode(sealed), indent=2) + b"\n"
    try:
        sync_folder(folder)
        write_durably(folder / f"{MANIFEST}.unfinished", text)
        (folder / f"{MANIFEST}.unfinished").rename(folder / MANIFEST)
        sync_folder(folder)
    except OSError as error:
        raise BackupError(f"{folder / MANIFEST} cannot be written: {error.strerror}") from error


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a whole backup; BackupError if there is none, or it is not as it was written."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BackupError(
            f"{folder} holds no backup: there is no {MANIFEST} in it, which is written last; "
            "one that was cut short has none and cannot be used"
        ) from error
    except OSError as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {error.strerror}") from error
    try:
        return _sound(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise BackupError(f"{folder / MANIFEST} is damaged ({error}); use another backup") from error


def _sound(text: bytes) -> Manifest:
    told = msgspec.json.decode(text, type=dict)
    if told.get("format") != FORMAT:
        raise ValueError(f"its format is {told.get('format')!r}, and this Kefu reads {FORMAT}")
    manifest = msgspec.json.decode(text, type=Manifest)
    if _seal(manifest) != manifest.sha256:
        raise ValueError("it is not as it was written")
    return manifest


def _seal(manifest: Manifest) -> str:
    return sha256(msgspec.json.encode(msgspec.structs.replace(manifest, sha256=""))).hexdigest()
