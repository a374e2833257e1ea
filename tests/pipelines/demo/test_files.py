"""Sample files are the same for one seed, of the size asked for, and go through their mappings whole."""

from pathlib import Path

import pytest

from pipelines.demo.files import MAPPINGS, write_demo_files
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import rehearse
from pipelines.ingest.reading import open_records
from tests.pipelines.given import NOW


def test_a_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    first, again, other = (
        write_demo_files(tmp_path / name, calls=500, seed=seed)
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )
    for name in ("calls", "complaints", "volumes"):
        assert getattr(first, name).read_bytes() == getattr(again, name).read_bytes()
        assert getattr(first, name).read_bytes() != getattr(other, name).read_bytes()


@pytest.mark.parametrize("calls", [1, 2_000])
def test_every_row_of_every_file_is_told(calls: int, tmp_path: Path) -> None:
    files = write_demo_files(tmp_path, calls=calls, seed=7)
    for path, mapping in files.with_mappings():
        plan = read_mapping(mapping)
        account = rehearse(open_records(path, plan), plan, clock=lambda: NOW).account
        assert (account.rejected, account.appended) == (0, account.records)
        assert account.records > 0
    assert len(files.calls.read_text(encoding="utf-8").splitlines()) == calls + 1


def test_a_call_tells_about_three_events(tmp_path: Path) -> None:
    files = write_demo_files(tmp_path, calls=5_000, seed=7)
    plan = read_mapping(MAPPINGS / "demo_calls.yaml")
    account = rehearse(open_records(files.calls, plan), plan, clock=lambda: NOW).account
    assert 3 <= account.events / account.records <= 4
