"""`kefu backup` and `kefu restore`: what they say, and that facts, views and erasures follow the log back."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.customer.commands import RegisterCustomer
from domain.customer_service import CustomerService
from infra.backup import Surroundings, back_up
from infra.settings import Settings
from infra.stores import Store, open_store
from pipelines.erasure import erase
from projections.facts import SPECS
from projections.runner.operate import rebuild
from projections.storage.views import refresh_view
from projections.views import VIEWS
from tests.conftest import RunningServer
from tests.infra.backup.given import closed_store, drop_store
from tests.pipelines.given import NOW, Desk, Ran, desk, kefu, log_of
from tests.projections.runner.stored import assert_same, everything, stored_rows

MORE = "id,came,line,customer,wait\n" + "".join(
    f"{n},2026-01-06 09:00:00,95502,C{n},{n}\n" for n in range(10, 40)
)
DAY = date(2026, 1, 5)
TOLD_OF = ("organisation_rules", "calls")
"""The facts that the two files tell of."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A store that nobody has open, files to tell it, and `kefu`."""

    settings: Settings
    folder: Path

    def kefu(self, *argv: str | Path) -> Ran:
        return kefu(*argv, environ=self.settings.environ())

    def told(self, rows: str | None = None, *, name: str) -> Desk:
        """A file that `kefu ingest` has read."""
        (self.folder / name).mkdir()
        made = desk(self.folder / name, *([rows] if rows else []))
        assert self.kefu("ingest", made.file, "--mapping", made.mapping).status == 0
        return made


@pytest.fixture
def office(server: RunningServer, tmp_path: Path) -> Iterator[Office]:
    for settings in closed_store(server):
        yield Office(settings=settings, folder=tmp_path)


@pytest.fixture
def embedded_office(embedded_server: RunningServer, tmp_path: Path) -> Iterator[Office]:
    for settings in closed_store(embedded_server):
        yield Office(settings=settings, folder=tmp_path)


def test_both_say_what_they_did(embedded_office: Office, tmp_path: Path) -> None:
    office = embedded_office
    office.told(name="first")
    store, folder = office.settings.store, tmp_path / "b"
    made = office.kefu("backup", folder)
    assert (made.status, len(made.stdout.splitlines())) == (0, 1)
    assert made.stdout.startswith(
        f"Store {store} in {folder}: 4 events up to position 4, the keys of 0 subjects, "
    )
    assert made.stdout.endswith("kB; read back and whole.\n")
    assert made.stderr == (
        "The master key is not in it, and nothing of it can be read without: keep a copy of "
        f"{office.settings.master_key_file} somewhere else.\n"
    )
    checked = office.kefu("restore", folder, "--check")
    assert (checked.status, checked.stderr) == (0, "")
    assert checked.stdout.startswith(f"{folder} is whole: store {store} at ")
    restored = office.kefu("restore", folder, "--replace")
    assert (restored.status, restored.stderr) == (0, "")
    first, second, third = restored.stdout.splitlines()
    assert first.startswith(f"Store {store} is as it was at ")
    assert second.startswith("It begins epoch ")
    assert third == "Every fact stands at position 4."


def test_the_status_shows_the_epoch_and_the_last_backups(embedded_office: Office, tmp_path: Path) -> None:
    never = json.loads(embedded_office.kefu("status", "--format", "json").stdout)
    assert never["backups"] == {"last_backup": None, "last_keys_backup": None}
    embedded_office.kefu("backup", tmp_path / "b")
    embedded_office.kefu("backup", tmp_path / "k", "--only", "keys")
    before = json.loads(embedded_office.kefu("status", "--format", "json").stdout)
    whole, keys = (datetime.fromisoformat(one) for one in before["backups"].values())
    assert whole < keys < datetime.now(UTC)
    embedded_office.kefu("restore", tmp_path / "b")
    after = json.loads(embedded_office.kefu("status", "--format", "json").stdout)
    assert after["epoch"] != before["epoch"] == never["epoch"]
    assert after["backups"] == {"last_backup": whole.isoformat(), "last_keys_backup": None}
    assert after["unfinished_restore"] == []
    shown = embedded_office.kefu("status").stdout
    assert f"Epoch {after['epoch']}; last backup {whole.isoformat()}.\n" in shown


def test_facts_follow_the_log_back_and_equal_a_rebuild(office: Office, tmp_path: Path) -> None:
    """A checkpoint of the lost life must not keep facts ahead of the restored log."""
    first = office.told(name="first")
    assert office.kefu("project").status == 0
    office.kefu("backup", tmp_path / "b")
    more = office.told(MORE, name="more")
    office.kefu("project")
    assert office.kefu("restore", tmp_path / "b", "--replace").status == 0
    with open_store(office.settings) as store:
        assert log_of(store)["position"].to_list() == [1, 2, 3, 4]
        assert_equals_a_rebuild(store.conninfo)
    # Nothing of the first file is new; all of the second is, at positions that were never given.
    again = office.kefu("ingest", first.file, "--mapping", first.mapping)
    assert "0 appended + 2 already known + 1 rejected; 0 events. Nothing new." in again.stdout
    assert (
        "30 appended + 0 already known" in office.kefu("ingest", more.file, "--mapping", more.mapping).stdout
    )
    office.kefu("project")
    with open_store(office.settings) as store:
        assert log_of(store)["position"].to_list() == [1, 2, 3, 4, *range(65, 125)]
        assert_equals_a_rebuild(store.conninfo)
        assert stored_rows(store.conninfo)["calls"].height == 32


def assert_equals_a_rebuild(conninfo: str) -> None:
    projected = everything(conninfo)
    rebuild(conninfo, TOLD_OF)
    assert_same(projected, everything(conninfo))


def test_stored_days_of_views_and_skips_are_kept(embedded_office: Office, tmp_path: Path) -> None:
    office = embedded_office
    office.told(name="first")
    office.kefu("project")
    with open_store(office.settings) as store, store.connect() as connection:
        stored = refresh_view(store.conninfo, VIEWS[0], DAY, now=datetime(2026, 3, 1, tzinfo=UTC))
        connection.execute("insert into projection_skip (fact, position, reason) values ('units', 1, 'odd')")
        days = connection.execute("select * from view_partition").fetchall()
    office.kefu("backup", tmp_path / "b")
    office.kefu("restore", tmp_path / "b", "--replace")
    with open_store(office.settings) as store, store.connect() as connection:
        assert connection.execute("select * from view_partition").fetchall() == days
        assert connection.execute("select fact, reason from projection_skip").fetchall() == [("units", "odd")]
        again = refresh_view(store.conninfo, VIEWS[0], DAY, now=datetime(2026, 3, 2, tzinfo=UTC))
    assert (stored.status, again.status) == ("stored", "confirmed")


def test_whoever_was_erased_since_is_erased_from_log_and_keys_again(office: Office, tmp_path: Path) -> None:
    with open_store(office.settings) as store:
        ann = registered(store, "ann", phone="13800000001")
        registered(store, "bea", phone="13800000002")
    office.kefu("backup", tmp_path / "b")
    with open_store(office.settings) as store:
        erase(store, [ann], clock=lambda: NOW)
    restored = office.kefu("restore", tmp_path / "b", "--replace")
    assert "Customers erased since then, and erased again: 1.\n" in restored.stdout
    with open_store(office.settings) as store:
        log = log_of(store)
        assert log.filter(originator_id=f"customer-{ann}")["topic"].to_list() == [
            "customer.registered",
            "customer.erased",
        ]
        assert log["topic"].to_list().count("customer.erased") == 1
        assert store.keys.having_keys([ann, f"customer-{ann}"]) == set()
        assert store.keys.pseudonyms("crm", ["13800000001"]) == [None]
        assert store.unfinished_erasures == set()


def test_whoever_is_erased_while_the_backup_is_made_is_erased_by_its_restore(
    embedded_office: Office, tmp_path: Path
) -> None:
    """The log was dumped before, the keys are dumped after: nothing opens, and the log is told."""
    settings = embedded_office.settings
    with open_store(settings) as store:
        ann = registered(store, "ann", phone="13800000001")
        erasures: list[object] = []

        def erase_once(told: str) -> None:
            if told.startswith("events.dump") and not erasures:
                erasures.append(erase(store, [ann], clock=lambda: NOW))

        around = Surroundings(
            environ={}, clock=lambda: datetime.now(UTC), watch=erase_once, facts=tuple(SPECS)
        )
        manifest = back_up(store, tmp_path / "b", surroundings=around)
    assert (manifest.highest_position, manifest.keys.rows["subject_key"], len(erasures)) == (1, 0, 1)
    copy = replace(settings, store=f"{settings.store}_c")
    assert kefu("restore", tmp_path / "b", environ=copy.environ()).status == 0
    with open_store(copy) as store:
        assert log_of(store)["topic"].to_list() == ["customer.registered", "customer.erased"]
        assert store.unfinished_erasures == set()
    drop_store(copy)


def registered(store: Store, name: str, *, phone: str) -> str:
    """A registered customer known by a phone number; answers the customer id."""
    [pseudonym] = store.keys.pseudonyms("crm", [phone])
    command = RegisterCustomer(
        originator_id=f"customer-p:{pseudonym}", name=name, phone=phone, id_number="11010119900307123X"
    )
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: NOW) as service:
        service.register_customer(command, idempotency_key=name)
    return f"p:{pseudonym}"


def test_every_refusal_is_one_sentence(embedded_office: Office, tmp_path: Path) -> None:
    office, folder = embedded_office, tmp_path / "b"
    office.told(name="first")
    office.kefu("backup", folder)
    cut = tmp_path / "cut"
    shutil.copytree(folder, cut)
    (cut / "events.dump").write_bytes((folder / "events.dump").read_bytes()[:-1])
    office.kefu("backup", tmp_path / "k", "--only", "keys")
    refusals = {
        ("backup", folder): (1, "holds a backup already"),
        ("backup", tmp_path): (1, "holds other things"),
        ("restore",): (2, "needs the folder of a backup, or --finish alone"),
        ("restore", folder, "--finish"): (2, "needs the folder of a backup, or --finish alone"),
        ("restore", tmp_path / "none"): (1, "holds no backup"),
        ("restore", folder): (1, "is not empty; give --replace"),
        ("restore", tmp_path / "k", "--replace"): (1, "holds keys alone"),
        ("restore", cut, "--check"): (1, "use another backup"),
        ("restore", cut, "--replace"): (1, "use another backup"),
        ("restore", folder, "--replace", "--master-key", tmp_path / "m"): (1, "there is no master key in"),
    }
    for argv, (status, reason) in refusals.items():
        ran = office.kefu(*argv)
        assert (ran.status, ran.stdout) == (status, ""), argv
        assert reason in ran.stderr
        assert ran.stderr.startswith("kefu: ")
        assert ran.stderr.endswith(".\n")
        assert ran.stderr.count("\n") == 1
    with open_store(office.settings) as store:
        assert log_of(store).height == 4


def test_a_backup_is_checked_where_there_is_no_master_key(embedded_office: Office, tmp_path: Path) -> None:
    embedded_office.kefu("backup", tmp_path / "b")
    argv = ("restore", tmp_path / "b", "--check", "--master-key", tmp_path / "m")
    without = embedded_office.kefu(*argv)
    assert (without.status, "is whole" in without.stdout) == (0, True)
    assert (
        without.stderr
        == f"There is no master key in {tmp_path / 'm'}: whether yours opens it is not known.\n"
    )
    (tmp_path / "m").write_text("A" * 43 + "=")
    wrong = embedded_office.kefu(*argv)
    assert (wrong.status, "is not the one that the keys of this backup are wrapped by" in wrong.stderr) == (
        1,
        True,
    )
