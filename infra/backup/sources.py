"""What a restore is made from: a backup, newer keys if there are any, and whether they can be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.backup.check import check_bytes
from infra.backup.errors import BackupError
from infra.backup.manifest import Dump, Manifest, key_print, read_manifest
from infra.backup.surroundings import Surroundings
from infra.key_store import read_or_make_master_key
from infra.schema import migrations
from infra.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The backup, newer keys if there are any, and what may be done to whatever is in the way.

    `master_key_file` is where the master key of the backup lies, if another is in force by now.
    """

    folder: Path
    keys_folder: Path | None = None
    master_key_file: Path | None = None
    may_replace: bool = False
    may_disconnect: bool = False


@dataclass(frozen=True, kw_only=True)
class Sources:
    """From where each database comes."""

    manifest: Manifest
    folder: Path
    keys_manifest: Manifest
    keys_folder: Path
    master_key_file: Path | None

    def __iter__(self) -> Iterator[tuple[Literal["events", "keys"], Path, Dump]]:
        if self.manifest.events is not None:
            yield "events", self.folder, self.manifest.events
        yield "keys", self.keys_folder, self.keys_manifest.keys


def read_sources(wanted: Wanted) -> Sources:
    """The manifests, which must be of one store and fit each other."""
    manifest = read_manifest(wanted.folder)
    keys_folder = wanted.keys_folder or wanted.folder
    keys_manifest = read_manifest(keys_folder)
    events = manifest.events
    if events is None:
        raise BackupError(
            f"{wanted.folder} holds keys alone; name the folder of a whole backup, and this one by --keys"
        )
    if keys_manifest.store_print != manifest.store_print:
        raise BackupError(f"the keys in {keys_folder} are those of another store than {wanted.folder} is of")
    if keys_manifest.keys.began_at < events.began_at:
        raise BackupError(
            f"the keys in {keys_folder} are older than the events in {wanted.folder}, some of which they "
            "would not open; name newer keys, or none"
        )
    return Sources(
        manifest=manifest,
        folder=wanted.folder,
        keys_manifest=keys_manifest,
        keys_folder=keys_folder,
        master_key_file=wanted.master_key_file,
    )


def check_sources(sources: Sources, *, settings: Settings, surroundings: Surroundings) -> None:
    """Whether this Kefu and this master key can use the files, and these are as they were written."""
    check_master_key(sources.keys_manifest, file=sources.master_key_file or settings.master_key_file)
    for kind, folder, dump in sources:
        known = {migration.name: migration.sha256 for migration in migrations(kind)}
        odd = [applied.name for applied in dump.migrations if known.get(applied.name) != applied.sha256]
        if odd:
            raise BackupError(
                f"{folder} was made by another Kefu ({sources.manifest.kefu}), whose {odd[0]} this one does "
                "not have; restore it with that version"
            )
    for folder, manifest in {
        sources.folder: sources.manifest,
        sources.keys_folder: sources.keys_manifest,
    }.items():
        check_bytes(folder, manifest, surroundings=surroundings)


def check_master_key(manifest: Manifest, *, file: Path) -> None:
    """BackupError unless the file holds the master key that the backup's keys are wrapped by."""
    if not file.exists():
        raise BackupError(
            f"there is no master key in {file}, and no backup holds it; put your copy of it there"
        )
    if key_print(read_or_make_master_key(file)) != manifest.master_key_print:
        raise BackupError(
            f"the master key in {file} is not the one that the keys of this backup are wrapped by; "
            "name the file that is by --master-key"
        )
