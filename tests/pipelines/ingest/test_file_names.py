"""Names and patterns on a command line become files: sorted, each once, and none is one sentence."""

from pathlib import Path

import pytest

from pipelines.ingest.faults import FileFault
from pipelines.ingest.file_names import files_named


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.csv",
        "a.csv",
        "2026/01/c.csv",
        "2026/02/a.csv",
        "note.txt",
        "odd[1].csv",
        "folder.csv/x",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def found(folder: Path, *names: str) -> list[str]:
    return [str(path.relative_to(folder)) for path in files_named([f"{folder}/{name}" for name in names])]


def test_names_stay_in_their_order(folder: Path) -> None:
    assert found(folder, "b.csv", "a.csv", "nothing.csv") == ["b.csv", "a.csv", "nothing.csv"]


def test_a_pattern_finds_files_and_no_folders_sorted(folder: Path) -> None:
    assert found(folder, "?.csv") == ["a.csv", "b.csv"]
    assert found(folder, "*.csv") == ["a.csv", "b.csv", "odd[1].csv"]
    assert found(folder, "2026/**/*.csv") == ["2026/01/c.csv", "2026/02/a.csv"]


def test_two_stars_go_through_every_folder(folder: Path) -> None:
    assert found(folder, "**/a.csv") == ["2026/02/a.csv", "a.csv"]


def test_a_file_found_twice_is_one(folder: Path) -> None:
    assert found(folder, "b.csv", "?.csv") == ["b.csv", "a.csv"]


def test_a_name_that_looks_like_a_pattern_is_the_file_of_that_name(folder: Path) -> None:
    assert found(folder, "odd[1].csv") == ["odd[1].csv"]


def test_a_pattern_that_finds_nothing_is_one_sentence(folder: Path) -> None:
    with pytest.raises(FileFault, match=r"\*\.tsv: is a pattern that no file fits; check it"):
        found(folder, "*.tsv")
