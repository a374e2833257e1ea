"""The manifest of a sealed range: its files and what they must be; written before the range appears."""

from hashlib import sha256
from pathlib import Path

import msgspec

MANIFEST = "manifest.json"


class SealedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic's events, or the raw ones; `form` is the print of how they were read."""

    topic: str
    file: str
    rows: int
    bytes: int
    sha256: str
    form: str


class LastEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The range's last event, by which a log that was put back by other means than ours is noticed."""

    position: int
    originator_id: str
    originator_version: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The events at positions > after and <= upto, as sealed in one epoch of the store."""

    format: int
    epoch: str
    after: int
    upto: int
    events: int
    last: LastEvent | None
    files: tuple[SealedFile, ...]
    sha256: str = ""

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.files)


class DamagedManifest(ValueError):
    """A manifest that is not as it was written."""


def encoded(manifest: Manifest) -> bytes:
    """The manifest's text, with the hash of what it says."""
    sealed = msgspec.structs.replace(manifest, sha256=_print_of(manifest))
    return msgspec.json.format(msgspec.json.encode(sealed), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a range; DamagedManifest or OSError if there is no sound one."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise DamagedManifest(f"{folder / MANIFEST} is damaged ({error})") from error
    if _print_of(manifest) != manifest.sha256:
        raise DamagedManifest(f"{folder / MANIFEST} is not as it was written")
    return manifest


def _print_of(manifest: Manifest) -> str:
    return sha256(msgspec.json.encode(msgspec.structs.replace(manifest, sha256=""))).hexdigest()
