"""`kefu sample` writes what it says, tells how to take it in, and says in a sentence what it cannot write."""

import shlex
from pathlib import Path

import pytest

from pipelines.sample.organisations import ORGANISATIONS
from tests.pipelines.given import kefu

ASKED = ("sample", "--organisation", "insurer_hotline", "--year", "2025", "--scale", "1/500")


def test_files_mappings_and_rules_lie_together_and_the_printed_lines_take_them_in(tmp_path: Path) -> None:
    ran = kefu(*ASKED, "--out", tmp_path / "out", environ={})
    assert (ran.status, ran.stderr) == (0, "")
    lines = [shlex.split(line) for line in ran.stdout.splitlines() if line.startswith("  kefu ingest ")]
    assert len(lines) == 11
    assert lines[0][-2:] == ["--organisation", str(tmp_path / "out" / "organisation.yaml")]
    for line in lines:
        ran = kefu(*line[1:5], "--dry-run", environ={})
        assert (ran.status, ran.stderr) == (0, "")


def test_rules_are_dated_for_the_year_asked_for(tmp_path: Path) -> None:
    assert kefu(*ASKED, "--only", "units", "--out", tmp_path, environ={}).status == 0
    rules = (tmp_path / "organisation.yaml").read_text(encoding="utf-8")
    assert "valid_from: 2025-04-01" in rules
    assert kefu("rules", "check", tmp_path / "organisation.yaml", environ={}).status == 0


def test_one_file_of_so_many_calls_is_written_alone(tmp_path: Path) -> None:
    ran = kefu(*ASKED, "--calls", "300", "--only", "calls", "--out", tmp_path, environ={})
    assert f"{tmp_path}/calls.csv: 300 rows." in ran.stdout
    assert {one.name for one in tmp_path.iterdir()} == {"calls.csv", "calls.yaml", "organisation.yaml"}


def test_every_organisation_is_listed_with_its_files() -> None:
    listed = kefu("sample", "--list", environ={}).stdout
    assert len(ORGANISATIONS) == 5
    assert all(f"{name}: {one.title}" in listed for name, one in ORGANISATIONS.items())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--organisation", "tea_shop"),
            "there is no sample organisation 'tea_shop'; there are insurer_hotline",
        ),
        (("--scale", "0"), "a scale of 0 leaves nothing to write"),
        (("--scale=-1/2",), "a scale of -1/2 leaves nothing to write"),
        (("--year", "8999"), "goes to 8999-12-31, which is ahead of our clock"),
        (("--year", "0007"), "7 is no year for a sample"),
        (("--only", "tea"), "insurer_hotline has no file 'tea'; it has units, staff"),
        (("--organisation", "newspaper_hotline", "--calls", "9"), "newspaper_hotline has no file of calls"),
        (("--scale", "three"), "'three' is no scale; write 1, 0.1 or 1/7"),
    ],
)
def test_what_cannot_be_written_is_said(
    arguments: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = kefu(*ASKED, "--out", tmp_path / "out", *arguments, environ={})
    assert ran.status == 2
    assert says in ran.stderr + capsys.readouterr().err
    assert not (tmp_path / "out" / "calls.csv").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = kefu(*ASKED, "--out", tmp_path / "file" / "out", environ={})
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.endswith("cannot be written: Not a directory.\n")


def test_somewhere_to_write_to_is_asked_for() -> None:
    assert "needs --organisation and --out" in kefu("sample", environ={}).stderr
