"""What counts as a whole file, what is never looked at, and how names stay apart."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from infra.settings import read_settings
from pipelines.inbox.folders import Stamp, free_name, is_whole, known_name
from tests.pipelines.inbox.given import Drop, drop_into, now

SECOND = 1_000_000_000


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return drop_into(read_settings({"KEFU_HOME": str(tmp_path)}))


def whole(drop: Drop, *, later: timedelta = timedelta(seconds=11)) -> list[str]:
    return [one.name for one in drop.look(later=later).whole]


def test_a_folder_is_made_for_every_mapping_of_the_store(drop: Drop) -> None:
    (drop.mapping.parent / "organisation.yaml").touch()
    assert whole(drop) == []
    assert sorted(path.name for path in drop.inbox.root.iterdir()) == ["calls"]
    assert sorted(path.name for path in drop.folder.iterdir()) == ["done", "failed", "taking"]


def test_a_file_is_whole_when_nothing_of_it_changed_for_a_while(drop: Drop) -> None:
    path = drop.put("calls.csv")
    assert whole(drop, later=timedelta(seconds=9)) == []
    assert drop.look(later=timedelta(0)).waiting == (path,)
    assert whole(drop) == ["calls.csv"]


@pytest.mark.parametrize(
    ("modified", "changed", "says"),
    [(0, -9, False), (-9, 0, False), (-11, -12, True), (3600, -11, True), (3600, 3600, False)],
)
def test_the_last_change_counts_unless_it_is_ahead_of_our_clock(
    drop: Drop, modified: int, changed: int, *, says: bool
) -> None:
    drop.put("calls.csv")
    moment = now()
    at = int(moment.timestamp() * SECOND)
    (dropped,) = drop.look().whole
    stamp = Stamp(size=1, modified_at=at + modified * SECOND, changed_at=at + changed * SECOND)
    seen = type(dropped)(place=dropped.place, dropped_as="calls.csv", stamp=stamp, is_left=False)
    assert is_whole(seen, now=moment, settling=timedelta(seconds=10)) == says


def test_a_time_copied_from_the_original_makes_nothing_whole(drop: Drop) -> None:
    os.utime(drop.put("calls.csv"), (1, 1))
    assert whole(drop, later=timedelta(seconds=5)) == []


def test_a_marker_says_that_a_file_is_whole(drop: Drop) -> None:
    drop.put("a.csv")
    drop.put("b.csv")
    drop.put("b.csv.done", "")
    assert whole(drop, later=timedelta(0)) == ["b.csv"]


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.TMP", "a.csv.filepart", ".a.csv", "a.csv.done", "a.csv.receipt.json"]
)
def test_names_that_are_no_data(drop: Drop, name: str) -> None:
    drop.put(name)
    look = drop.look(later=timedelta(days=1))
    assert (look.whole, look.waiting) == ((), ())


def test_links_and_folders_are_never_followed(drop: Drop, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere" / "secret.csv"
    secret.parent.mkdir()
    secret.touch()
    drop.put("real.csv")
    (drop.folder / "link.csv").symlink_to(secret)
    (drop.folder / "folder.csv").mkdir()
    (drop.folder / "folder.csv" / "inner.csv").touch()
    (drop.inbox.root / "bank_calls").symlink_to(secret.parent)
    look = drop.look()
    assert [one.path for one in look.whole] == [drop.folder / "real.csv"]
    assert look.waiting == ()


def test_folders_of_mappings_that_come_with_kefu_count_and_strange_ones_are_named(drop: Drop) -> None:
    for name in ("bank_calls", "nobody"):
        (drop.inbox.root / name).mkdir(parents=True)
        (drop.inbox.root / name / "x.csv").touch()
    look = drop.look()
    assert [one.place.mapping.name for one in look.whole] == ["bank_calls.yaml"]
    assert [problem.name for problem in look.strange] == ["nobody"]


def test_files_come_in_the_order_of_their_names_and_what_was_left_first(drop: Drop) -> None:
    for name in ("b.csv", "a.csv", "c.csv"):
        drop.put(name)
    drop.look()
    (drop.folder / "c.csv").rename(drop.folder / "taking" / "c.csv")
    assert whole(drop) == ["c.csv", "a.csv", "b.csv"]


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    assert free_name(tmp_path, "calls.csv.gz") == "calls.csv.gz"
    (tmp_path / "calls.csv.gz").touch()
    (tmp_path / "calls-2.csv.gz.receipt.json").touch()
    assert free_name(tmp_path, "calls.csv.gz") == "calls-3.csv.gz"
    (tmp_path / "plain").touch()
    assert free_name(tmp_path, "plain") == "plain-2"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("一月.csv", "一月.csv"),
        (os.fsdecode(b"\xd4\xc2.csv"), "__.csv"),
        ("two\nlines.csv", "two_lines.csv"),
        (f"{'长' * 80}.csv.gz", f"{'长' * 40}~{'长' * 17}.csv.gz"),
    ],
)
def test_a_file_is_known_by_a_name_that_can_be_written_anywhere(name: str, known: str) -> None:
    assert known_name(name) == known
    assert known_name(known) == known
