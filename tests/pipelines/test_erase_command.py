"""`kefu erase`, `hold` and `rotate` show what they do, ask before they destroy, and fail in one sentence."""

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.key_store import read_or_make_master_key
from infra.stores import Store
from pipelines.erasure import erase
from tests.pipelines.given import Ran, desk, kefu
from tests.pipelines.ingest.people import FIRST, PEOPLE, PEOPLE_ROWS
from tests.pipelines.test_erasure import OTHER_PHONE, PHONE, Town, clock, town_in


@pytest.fixture
def town(embedded_store: Store) -> Iterator[Town]:
    yield from town_in(embedded_store)


def run(town: Town, *argv: str) -> Ran:
    return kefu(*argv, environ=town.store.settings.environ())


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


def test_it_shows_what_will_go_and_nothing_goes_without_a_yes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = town.person(PHONE)
    town.call(1, PHONE)
    town.store.keys.protect("crm:77", "phone", PHONE)
    monkeypatch.setattr("sys.stdin", Terminal("no\n"))
    ran = run(town, "erase", f"customer-{wang}")
    assert ran.status == 1
    assert ran.stderr.splitlines() == [
        f"To be erased: customer-{wang} with 1 anonymous stream from the same phone.",
        (
            "Destroyed are 2 keys, without which nothing sealed for them can be read, 4 search terms and "
            "0 rejected rows."
        ),
        "1 other customer with the same phone stays as it is.",
        "Events, facts and totals stay.",
        "Erase for ever? Type yes: Nothing was erased.",
    ]
    assert not town.is_forgotten(wang)
    assert PHONE not in ran.stdout + ran.stderr
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    assert run(town, "erase", wang).stdout.startswith(f"Erased: customer-{wang} with 1 anonymous")
    assert town.is_forgotten(wang)


def test_where_nobody_can_answer_it_wants_yes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    ran = run(town, "erase", town.person(PHONE))
    assert (ran.status, ran.stdout) == (2, "")
    assert "give --yes where nobody can answer" in ran.stderr


@pytest.mark.parametrize(
    "argv",
    [
        ("--phone", f"+86 {PHONE}"),
        ("--id-number", "11010119900307123x"),
        ("--issuer", "crm", "--id", PHONE),
    ],
)
def test_a_person_is_found_by_number_or_by_the_sources_id(town: Town, argv: tuple[str, ...]) -> None:
    wang = town.person(PHONE)
    document = json.loads(run(town, "erase", *argv, "--yes", "--format", "json").stdout)
    assert (document["status"], document["customers"], document["events"]) == ("erased", [wang], 1)
    assert town.is_forgotten(wang)


def test_a_caller_whom_nobody_knows_is_erased_by_phone(town: Town) -> None:
    calls = [town.call(1, PHONE), town.call(2, PHONE), town.call(3, OTHER_PHONE)]
    ran = run(town, "erase", "--phone", PHONE, "--yes")
    assert "2 anonymous streams" in ran.stdout
    assert town.store.keys.having_keys(calls) == {calls[2]}
    assert town.told_as_erased() == set()


def test_a_phone_of_several_persons_names_them_and_erases_nobody(town: Town) -> None:
    wang, li = town.person(PHONE), town.person(OTHER_PHONE)
    town.store.keys.protect(li, "phone", PHONE)
    ran = run(town, "erase", "--phone", PHONE, "--yes")
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"kefu: this number is that of several persons: {', '.join(sorted((wang, li)))}; name the one who is "
        "meant by id.\n"
    )
    town.link(wang, li)
    assert run(town, "erase", "--phone", PHONE, "--yes").status == 0


def test_erased_before_is_a_success_that_says_so(town: Town) -> None:
    wang = town.person(PHONE)
    erase(town.store, [wang], clock=clock)
    for argv in ((wang,), ("--issuer", "crm", "--id", PHONE)):
        ran = run(town, "erase", *argv, "--yes")
        assert (ran.status, ran.stderr) == (0, "")
        assert ran.stdout.endswith("was erased before; nothing is left to do.\n")
    document = json.loads(run(town, "erase", wang, "--yes", "--format", "json").stdout)
    assert document == {"status": "erased_before", "customers": [wang]}


@pytest.mark.parametrize(
    ("argv", "status", "says"),
    [
        (("crm:99",), 1, "knows no customer 'crm:99'; nothing was done."),
        (("call-desk:1",), 2, "'call-desk:1' is no customer; give an id as customer_id holds it"),
        (("--phone", "18888888812"), 1, "is found by this number; nothing was done."),
        (("--phone", "unknown"), 1, "is found by this number; nothing was done."),
        (("--issuer", "crm", "--id", "1"), 1, "knows no such id of issuer 'crm'; nothing was done."),
        ((), 2, "name one person: CUSTOMER, --phone, --id-number, or --issuer with --id."),
        (("crm:1", "--phone", PHONE), 2, "name one person"),
        (("--id", PHONE), 2, "name one person"),
    ],
)
def test_whoever_is_not_found_is_one_sentence(
    town: Town, argv: tuple[str, ...], status: int, says: str
) -> None:
    town.call(1, OTHER_PHONE)
    ran = run(town, "erase", *argv, "--yes")
    assert (ran.status, ran.stdout) == (status, "")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_hold_is_placed_listed_respected_and_lifted(town: Town) -> None:
    wang = town.person(PHONE)
    assert run(town, "hold", "place", wang, "--reason", "case 17").stdout == (
        f"customer-{wang} is held from now on.\n"
    )
    assert "was held already" in run(town, "hold", "place", wang, "--reason", "other").stdout
    (hold,) = json.loads(run(town, "hold", "list", "--format", "json").stdout)
    assert (hold["customer"], hold["reason"]) == (wang, "case 17")
    refused = run(town, "erase", wang, "--yes")
    assert refused.status == 1
    assert f"a legal hold forbids the erasure ({wang} since 20" in refused.stderr
    assert "case 17" in refused.stderr
    assert run(town, "hold", "lift", wang).stdout == f"customer-{wang} may be erased again.\n"
    assert run(town, "hold", "lift", wang).status == 2
    assert run(town, "hold", "place", wang, "--reason", " ").status == 2
    assert run(town, "erase", wang, "--yes").status == 0
    late = run(town, "hold", "place", wang, "--reason", "too late")
    assert (late.status, late.stderr) == (1, f"kefu: {wang} was erased, so nothing is left to hold.\n")


def test_rotating_says_how_many_keys_and_everything_opens_as_before(town: Town) -> None:
    wang = town.person(PHONE)
    sealed = town.store.keys.protect(wang, "name", "王")
    file = town.store.settings.master_key_file
    before = read_or_make_master_key(file)
    ran = run(town, "rotate")
    assert f"kefu_{town.store.settings.store}_keys: " in ran.stdout
    assert ran.stdout.endswith(f"It lies in {file}; the one before is gone.\n")
    assert read_or_make_master_key(file) != before
    assert town.store.keys.reveal(wang, "name", str(sealed)) == "王"


def test_an_erased_persons_number_is_reassigned_by_its_first_day(town: Town) -> None:
    wang = town.person(PHONE)
    argv = ("reassign", "--issuer", "crm", "--id", PHONE, "--from", "2026-03-01")
    refused = run(town, *argv)
    assert (refused.status, refused.stderr.count("\n")) == (1, 1)
    run(town, "erase", wang, "--yes")
    told = json.loads(run(town, *argv, "--format", "json").stdout)
    [new] = town.store.keys.pseudonyms("crm", [PHONE])
    assert told["customer"] == f"p:{new}" != wang
    assert told["since"].startswith("2026-03-01T00:00:00")
    assert run(town, *argv).status == 1


@pytest.mark.parametrize("argv", [("--phone", "+86 138 0000 0001"), ("--issuer", "msisdn", "--id", FIRST)])
def test_somebody_of_whom_there_are_only_rejected_rows_loses_them(
    embedded_store: Store, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    environ = embedded_store.settings.environ() | {"PATH": os.environ["PATH"]}
    rows = PEOPLE_ROWS.replace("2025-01-05 09:00:00", "at noon").replace("2025-01-06 09:00:00", "later")
    made = desk(tmp_path, rows, mapping=PEOPLE)
    assert kefu("ingest", made.file, "--mapping", made.mapping, environ=environ).status == 1
    erased = kefu("erase", *argv, "--yes", environ=environ)
    assert (erased.status, erased.stdout) == (
        0,
        "Erased: 1 rejected row; nothing else was known of this person.\n",
    )
    left = kefu("rejects", "list", "--format", "json", environ=environ)
    assert [row["line"] for row in json.loads(left.stdout)["rejects"]] == [3]
    again = kefu("erase", *argv, "--yes", environ=environ)
    assert (again.status, again.stdout) == (1, "")
