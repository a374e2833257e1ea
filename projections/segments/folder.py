"""The folder of a store's segments: its lock, its ranges by name, and taking them away."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.topics import TOPICS
from infra.settings import Settings
from projections.segments.form import FORMAT, RAW, form_of
from projections.segments.manifest import DamagedManifest, Manifest, read_manifest

LOCK = "lock"
UNFINISHED = ".unfinished"


def segments_folder(settings: Settings) -> Path:
    """Where the segments of a store lie."""
    return settings.home / settings.store / "segments"


def range_name(after: int, upto: int) -> str:
    return f"{after:015}-{upto:015}"


def ranges_in(folder: Path) -> list[Path]:
    """The folders of whole ranges, in order of position; what is being made is not among them."""
    found = folder.glob("[0-9]*-[0-9]*") if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.endswith(UNFINISHED))


def sound_manifest(folder: Path, *, epoch: str) -> Manifest | None:
    """The manifest of a range that this program may read in this epoch; None if it is to be made again."""
    try:
        manifest = read_manifest(folder)
    except (OSError, DamagedManifest):
        return None
    is_named = folder.name == range_name(manifest.after, manifest.upto)
    return (
        manifest
        if is_named and manifest.format == FORMAT and manifest.epoch == epoch and _reads(manifest)
        else None
    )


def _reads(manifest: Manifest) -> bool:
    return all(
        one.topic == RAW or (one.topic in TOPICS and one.form == form_of(one.topic)) for one in manifest.files
    )


@contextmanager
def sealing(folder: Path) -> Iterator[None]:
    """Be the only one to seal into the folder, after whoever is at it.

    The lock is the kernel's and goes with the process that holds it, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def take_away(path: Path) -> None:
    """Remove a range: first its name, so that nobody finds half of it."""
    doomed = path.with_name(f"{path.name.removesuffix(UNFINISHED)}{UNFINISHED}")
    with suppress(FileNotFoundError):
        if doomed != path:
            shutil.rmtree(doomed, ignore_errors=True)
            path.rename(doomed)
        shutil.rmtree(doomed)


def drop(folder: Path) -> int:
    """Take every range away, and what a killed process left; gives how many ranges there were."""
    if not folder.is_dir():
        return 0
    with sealing(folder):
        found = ranges_in(folder)
        for path in found:
            take_away(path)
        clear_unfinished(folder)
    return len(found)


def clear_unfinished(folder: Path) -> None:
    """Remove what a killed process left; only under the lock."""
    for path in folder.glob(f"*{UNFINISHED}"):
        take_away(path)
