"""A disk that is full loses nothing that was acknowledged, and says what to do."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from infra.postgres import find_server
from infra.postgres.account import let_through
from infra.settings import read_settings
from infra.stores import open_store
from tests.pipelines.given import Ran, desk, kefu, log_of

SIZE, LEFT = 320 << 20, 24 << 20
ROWS_PER_FILE, FILES = 5_000, 4
HEADER = "id,came,line,customer,wait\n"


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own, in memory, with a KEFU_HOME on it."""

    home: Path

    @property
    def environ(self) -> dict[str, str]:
        return {"KEFU_HOME": str(self.home)}

    def fill(self) -> None:
        """Leave room for a file or two."""
        room = shutil.disk_usage(self.home).free - LEFT
        self._ballast.write_bytes(bytes(room))

    def make_room(self) -> None:
        """Let the space return."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.home.parent / "ballast"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    folder = Path(tempfile.mkdtemp(prefix="kefu-disk-"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("no file system can be mounted here; it takes root")
    home = folder / "home"
    home.mkdir()
    let_through(home)
    try:
        yield SmallDisk(home)
    finally:
        running = find_server(read_settings({"KEFU_HOME": str(home)}))
        if running is not None:
            running.stop()
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def test_what_was_acknowledged_before_the_disk_was_full_is_there_when_space_returns(
    disk: SmallDisk, tmp_path: Path
) -> None:
    made = [desk(tmp_path, HEADER + _rows(number), name=f"calls{number}.csv").file for number in range(FILES)]
    mapping = tmp_path / "desk.yaml"

    def ingest(file: Path) -> Ran:
        return kefu("ingest", file, "--mapping", mapping, environ=disk.environ)

    assert ingest(made[0]).status == 0
    disk.fill()
    ran = [ingest(file) for file in made[1:]]
    acknowledged = [made[0], *(file for file, one in zip(made[1:], ran, strict=True) if one.status == 0)]
    failed = [one for one in ran if one.status != 0]
    assert failed, "the disk was never full"
    assert all("is full" in one.stderr and one.stderr.count("\n") == 1 for one in failed)
    disk.make_room()
    again = {file: ingest(file) for file in made}
    assert {one.status for one in again.values()} == {0}
    for file in acknowledged:
        assert f"0 appended + {ROWS_PER_FILE:,} already known" in again[file].stdout
    with open_store(read_settings(disk.environ)) as store:
        told = log_of(store).filter(pl.col("topic") != "organisation.configured")
    assert told["originator_id"].n_unique() == FILES * ROWS_PER_FILE
    assert told.height == 2 * FILES * ROWS_PER_FILE, "each call once, both its events"


def _rows(number: int) -> str:
    first = number * ROWS_PER_FILE
    return "".join(
        f"{one},2026-01-05 09:00:00,95502,C{one},5\n" for one in range(first, first + ROWS_PER_FILE)
    )
