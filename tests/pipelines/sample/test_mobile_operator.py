"""The branch's files go in by their mappings, break the rules that they are meant to, and repeat by seed."""

from pathlib import Path

import pytest

from domain.member.entitlements import uses_beyond_grants
from pipelines.sample.files import SampleFile
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.writing import write_file
from tests.pipelines.sample.told import Told, all_told, ignore_rows, rehearsed, small

ORGANISATION = ORGANISATIONS["mobile_operator"]
FILES = ORGANISATION.files

YEAR = 2010
EXPECTED_REJECTS = {
    "volumes": {"line_of_totals": 1},
    "customers": {"missing_key": 3},
    "complaints": {"missing_value": 3},
}
NAMES = [file.key for file in FILES(small(YEAR, folder=Path()))]


def file_named(name: str, folder: Path, *, seed: int = 7) -> SampleFile:
    [found] = [file for file in FILES(small(YEAR, folder=folder, seed=seed)) if file.key == name]
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every file of a small branch."""
    folder = tmp_path_factory.mktemp("branch")
    files = FILES(small(YEAR, folder=folder))
    return all_told(files, folder, rules=ORGANISATION.rules)


@pytest.mark.parametrize("name", NAMES)
def test_every_record_goes_in_but_those_meant_to_be_unusable(name: str, tmp_path: Path) -> None:
    account = rehearsed(file_named(name, tmp_path), tmp_path)
    assert account.records == account.appended + account.rejected
    assert dict(account.reasons) == EXPECTED_REJECTS.get(name, {})
    assert account.appended > 0


def test_only_the_slips_that_are_meant_break_rules(told: Told) -> None:
    [(rule, often)] = told.counted().items()
    # At this scale fewer had refused than the nine who are called at scale 1.
    assert rule == ("customer.contacted", "ContactRefused")
    assert 0 < often <= 9


def test_some_free_visits_are_backed_by_no_grant(told: Told) -> None:
    members = [events for stream, events in told.histories.items() if stream.startswith("member-")]
    beyond = [visit for events in members for visit in uses_beyond_grants(events)]
    assert len({visit.originator_id for visit, _ in beyond}) == 6


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_writes_the_same_bytes(name: str, tmp_path: Path) -> None:
    once, again = (tmp_path / folder for folder in ("once", "again"))
    for folder in (once, again):
        folder.mkdir()
        write_file(file_named(name, folder), folder, on_rows=ignore_rows)
    file = file_named(name, tmp_path).name
    assert (once / file).read_bytes() == (again / file).read_bytes()


def test_another_seed_tells_another_story_with_the_same_counts(tmp_path: Path) -> None:
    accounts = [rehearsed(file_named("departures", tmp_path, seed=seed), tmp_path) for seed in (1, 2)]
    assert accounts[0].records == accounts[1].records
    bytes_of = [
        write_file(file_named("departures", tmp_path, seed=seed), tmp_path, on_rows=ignore_rows).read_bytes()
        for seed in (1, 2)
    ]
    assert bytes_of[0] != bytes_of[1]
