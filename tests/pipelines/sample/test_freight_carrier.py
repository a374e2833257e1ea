"""The carrier's files go in by their mappings, break the rules that they are meant to, and repeat by seed."""

from pathlib import Path

import pytest

from pipelines.sample.files import SampleFile
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.writing import write_file
from tests.pipelines.sample.told import all_told, ignore_rows, rehearsed, small

ORGANISATION = ORGANISATIONS["freight_carrier"]
FILES = ORGANISATION.files

YEAR = 2014
EXPECTED_REJECTS = {
    "units": {"line_of_totals": 1},
    "waybills": {"line_of_totals": 6},
    "waybills-july": {"line_of_totals": 1},
    "calls": {"test_call": 6},
    "orders": {"missing_value": 2},
    "complaints": {"missing_key": 3},
    "claim_reports": {"bad_time": 4},
}
NAMES = [file.key for file in FILES(small(YEAR, folder=Path()))]


def file_named(name: str, folder: Path, *, seed: int = 7) -> SampleFile:
    [found] = [file for file in FILES(small(YEAR, folder=folder, seed=seed)) if file.key == name]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_record_goes_in_but_those_meant_to_be_unusable(name: str, tmp_path: Path) -> None:
    account = rehearsed(file_named(name, tmp_path), tmp_path)
    assert account.records == account.appended + account.rejected
    assert dict(account.reasons) == EXPECTED_REJECTS.get(name, {})
    assert account.appended > 0


def test_only_the_slips_that_are_meant_break_rules(tmp_path: Path) -> None:
    request = small(YEAR, folder=tmp_path)
    told = all_told(FILES(request), tmp_path, rules=ORGANISATION.rules)
    assert told.counted() == {
        ("complaint.closed", "CustomerNotSatisfiedYet"): 7,
        ("complaint.liability_attributed", "SharesDoNotMakeAWhole"): 5,
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_writes_the_same_bytes(name: str, tmp_path: Path) -> None:
    once, again = (tmp_path / folder for folder in ("once", "again"))
    for folder in (once, again):
        folder.mkdir()
        write_file(file_named(name, folder), folder, on_rows=ignore_rows)
    file = file_named(name, tmp_path).name
    assert (once / file).read_bytes() == (again / file).read_bytes()


def test_another_seed_tells_another_story_with_the_same_counts(tmp_path: Path) -> None:
    accounts = [
        rehearsed(file_named("complaint_liability", tmp_path, seed=seed), tmp_path) for seed in (1, 2)
    ]
    assert accounts[0].records == accounts[1].records
    bytes_of = [
        write_file(
            file_named("complaint_liability", tmp_path, seed=seed), tmp_path, on_rows=ignore_rows
        ).read_bytes()
        for seed in (1, 2)
    ]
    assert bytes_of[0] != bytes_of[1]
