"""After an erasure no byte of the person is found anywhere, and no total has moved."""

import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.complaint.commands import FileComplaint
from domain.customer_service import CustomerService
from infra.key_store import KeyStore, MasterKeyError, NoKeyError, read_or_make_master_key
from infra.postgres import find_server
from infra.postgres.account import account_for, hand_over, let_through
from infra.postgres.cluster import Cluster
from infra.postgres.embedded import wheel_programs
from infra.postgres.programs import run_program
from infra.settings import read_settings
from infra.stores import Store, keys_database, open_store
from projections.metrics.answer import answer
from projections.metrics.definitions import METRICS
from projections.metrics.question import Question
from projections.storage.reader import stored_facts
from tests.conftest import _temporary_folder
from tests.pipelines.given import Ran, desk, kefu
from tests.pipelines.ingest.people import CALLERS, MSISDN, PEOPLE

NAME, PHONE, ID_NUMBER = "欧阳清荷", "13861947205", "31010419870917482X"
NARRATIVE = "货物晚到三天，纸箱全湿了，欧阳女士非常生气"
TEXTS = (NAME, PHONE, ID_NUMBER, NARRATIVE)
OTHER_PHONE = "13977730118"
DAY = "2025-02-02"
NOW = datetime(2026, 2, 1, tzinfo=UTC)

PEOPLE_ROWS = f"""\
phone,joined,name,id_number
{PHONE},2025-01-05 09:00:00,{NAME},{ID_NUMBER}
{OTHER_PHONE},2025-01-06 09:00:00,李四,110101199001015678
{PHONE},never,{NAME},{ID_NUMBER}
"""
CALLERS_ROWS = f"""\
id,came,phone,wait
1,2025-02-01 09:00:00,{PHONE},5
2,2025-02-01 10:00:00,{OTHER_PHONE},6
3,2025-02-02 11:00:00,{PHONE},
4,2025-02-02 12:00:00,,7
5,yesterday,{PHONE},7
"""
ANONYMOUS = CALLERS.replace("personal: {phone: msisdn}\n", "").replace("every: {customer_id: phone}\n", "")
ANONYMOUS = ANONYMOUS.replace("desk_call", "booth_call").replace("issuer: desk", "issuer: booth")


def forms(text: str) -> Iterator[bytes]:
    """The bytes that a text may have: three encodings, each plain, in hex, and within any base64."""
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        plain = text.encode(encoding)
        yield from (plain, plain.hex().encode(), plain.hex().upper().encode())
        for before in range(3):
            # Letters at either end depend on the bytes beside the text: only those in between are its own.
            ends = b64encode(bytes(before) + plain)
            yield ends[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]


def found_in(place: Path) -> set[str]:
    """The personal texts found in a file, or in any file of a folder, and where."""
    pattern = re.compile(b"|".join(re.escape(form) for text in TEXTS for form in set(forms(text))))
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return {f"{file}: {hit[0]!r}" for file in files if (hit := pattern.search(file.read_bytes()))}


def test_the_search_finds_each_form_wherever_it_stands(tmp_path: Path) -> None:
    for number, text in enumerate(TEXTS):
        for place, form in enumerate(forms(text)):
            (tmp_path / f"{number}_{place}").write_bytes(b"\0before" + form + b"after")
        for before in range(3):
            told = b64encode(b"x" * before + text.encode() + b"yz")
            (tmp_path / f"{number}_b{before}").write_bytes(told)
    (tmp_path / "innocent").write_bytes(b"nobody")
    assert len(found_in(tmp_path)) == sum(1 for file in tmp_path.iterdir()) - 1


@dataclass(frozen=True, kw_only=True)
class House:
    """A server of its own with one store in it, and a folder for everything that leaves it."""

    store: Store
    out: Path

    def kefu(self, *argv: str | Path) -> Ran:
        ran = kefu(*argv, environ=self.store.settings.environ())
        assert ran.status == 0, ran.stderr
        return ran

    def data(self) -> Path:
        folder = self.store.server.describe().data_folder
        assert folder is not None
        return folder

    def customer(self) -> str:
        [pseudonym] = self.store.keys.pseudonyms(MSISDN, [PHONE])
        return f"p:{pseudonym}"

    def export(self, name: str) -> None:
        """Everything that people take out of a store, as files."""
        period = ("--from", "2025-01-01", "--to", "2026-02-01", "--format", "csv")
        for metric in ("calls", "service_level"):
            (self.out / f"{name}_{metric}.csv").write_text(self.kefu("metric", metric, *period).stdout)
        explained = self.kefu("explain", "calls", *period[:4], "--format", "json").stdout
        (self.out / f"{name}_explained.json").write_text(explained)
        (self.out / f"{name}_rejects.txt").write_text(self.kefu("rejects", "list").stdout)
        for database in ("events", "keys"):
            self.dump(database, to=self.out / f"{name}_{database}.sql")

    def dump(self, kind: str, *, to: Path) -> None:
        suffix = "_keys" if kind == "keys" else ""
        address = self.store.server.conninfo(f"kefu_{self.store.settings.store}{suffix}")
        program = wheel_programs() / "pg_dump"
        subprocess.run([program, "--inserts", "--file", to, address], check=True)

    def base_backup(self) -> Path:
        account = account_for(self.data())
        folder = self.out / "base"
        folder.mkdir()
        hand_over(folder, account)
        address = self.store.server.maintenance_conninfo
        options = ["--pgdata=copy", "--wal-method=fetch", "--checkpoint=fast", "--no-sync"]
        program = wheel_programs() / "pg_basebackup"
        run_program(program, *options, f"--dbname={address}", folder=folder, account=account)
        return folder / "copy"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Several people by files and commands, projected, with views."""
    home = _temporary_folder()
    let_through(tmp_path)
    settings = read_settings({"KEFU_HOME": str(home), "KEFU_STORE": "bytes"})
    with open_store(settings) as store:
        made = House(store=store, out=tmp_path / "out")
        made.out.mkdir()
        settle(made, tmp_path)
        yield made
    running = find_server(settings)
    if running is not None:
        running.stop()
    shutil.rmtree(home)


def settle(house: House, folder: Path) -> None:
    ingest(house, folder)
    with CustomerService(
        house.store.service_env(), protect=house.store.keys.protect, clock=lambda: NOW
    ) as service:
        service.file_complaint(
            FileComplaint(
                originator_id="complaint-desk:1",
                kind="external",
                channel="hotline",
                category="late",
                customer_id=house.customer(),
                narrative=NARRATIVE,
            ),
            idempotency_key="1",
        )
    house.kefu("project")
    house.kefu("refresh", "--as-of", DAY)


def ingest(house: House, folder: Path) -> dict[str, Ran]:
    """The same three files, with rows in them that cannot be used."""
    told = {}
    for name, mapping, rows in (
        ("people", PEOPLE, PEOPLE_ROWS),
        ("callers", CALLERS, CALLERS_ROWS),
        ("booth", ANONYMOUS, CALLERS_ROWS),
    ):
        place = folder / name
        place.mkdir(exist_ok=True)
        made = desk(place, rows, mapping=mapping, name=f"{name}.csv")
        told[name] = house.kefu(
            "ingest", made.file, "--mapping", made.mapping, "--rejects", house.out / f"{name}_rejects.csv"
        )
    return told


def totals(store: Store) -> dict[str, Any]:
    """Every metric by every definition, and every table of sums."""
    with stored_facts(store.conninfo) as facts:
        values: dict[str, Any] = {}
        for one in METRICS:
            question = Question(
                metric=one.metric, definition=one.id, start=date(2025, 1, 1), end=date(2026, 2, 1)
            )
            found = [replace(row, position=0).as_json() for row in answer(facts, question, now=NOW)]
            values[f"{one.metric}.{one.id}"] = found
    with store.connect() as connection:
        for table in tables(connection):
            rows = connection.execute(SQL("select * from {}").format(Identifier(table))).fetchall()
            values[table] = sorted(map(repr, rows))
    return values


def tables(connection: Connection[Any]) -> list[str]:
    names = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' and tablename like '%sums%'"
    )
    return [name for (name,) in names.fetchall()]


def sealed_name(conninfo: str, customer: str) -> str:
    """The ciphertext of the person's name as the log has it."""
    with Connection[Any].connect(conninfo) as connection:
        row = connection.execute(
            "select convert_from(state, 'UTF8')::json ->> 'name' from stored_events "
            "where originator_id = %s and topic = 'customer.registered'",
            (f"customer-{customer}",),
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_nothing_of_the_person_is_found_and_nothing_else_moves(house: House, tmp_path: Path) -> None:
    store, customer = house.store, house.customer()
    sealed = sealed_name(store.conninfo, customer)
    assert store.keys.reveal(customer, "name", sealed) == NAME
    before = totals(store)
    house.export("before")
    backup = house.base_backup()
    erased = house.kefu("erase", "--phone", PHONE, "--yes")
    assert "3 rejected rows" in erased.stdout
    assert f"Erased: customer-{customer} with 2 anonymous streams from the same phone." in erased.stdout
    for database in (store.conninfo, store.server.conninfo(keys_database(store.settings.store))):
        with Connection[Any].connect(database, autocommit=True) as connection:
            connection.execute("vacuum full")
            connection.execute("checkpoint")
    house.kefu("project")
    house.export("after")
    assert len((house.out / "before_rejects.txt").read_text().splitlines()) == 4
    assert len((house.out / "after_rejects.txt").read_text().splitlines()) == 1
    assert found_in(house.data()) == set()
    assert found_in(house.out) == set()
    assert sealed.encode().hex().encode() in (house.out / "before_events.sql").read_bytes()
    assert totals(store) == before
    house.kefu("rebuild")
    assert totals(store) == before
    views = house.kefu("refresh", "--as-of", DAY).stdout
    assert " stored" not in views
    with pytest.raises(NoKeyError):
        store.keys.reveal(customer, "name", sealed)
    assert_a_base_backup_opens_by_the_old_master_key_alone(house, backup, customer)
    assert_files_bring_nobody_back(house, tmp_path)


def assert_a_base_backup_opens_by_the_old_master_key_alone(house: House, backup: Path, customer: str) -> None:
    """The key that is gone from the store lies in a copy made before: what rotation is for."""
    cluster = Cluster(programs=wheel_programs(), data=backup, socket_folder=backup)
    cluster.start()
    try:
        settings = house.store.settings
        sealed = sealed_name(cluster.conninfo(f"kefu_{settings.store}"), customer)
        with pytest.raises(NoKeyError):
            house.store.keys.reveal(customer, "name", sealed)
        copied = cluster.conninfo(keys_database(settings.store))
        with closing(KeyStore(copied, read_or_make_master_key(settings.master_key_file))) as keys:
            assert keys.reveal(customer, "name", sealed) == NAME
        house.kefu("rotate")
        now = read_or_make_master_key(settings.master_key_file)
        with closing(KeyStore(copied, now)) as keys, pytest.raises(MasterKeyError):
            keys.reveal(customer, "name", sealed)
    finally:
        cluster.stop()


def assert_files_bring_nobody_back(house: House, folder: Path) -> None:
    """The same files, and the same with other rows about the person, tell nothing and keep nothing."""
    with house.store.log() as log:
        events = log.highest()
    told = ingest(house, folder)
    assert "erased" in told["people"].stdout
    assert "erased" in told["callers"].stdout
    assert "0 appended" in told["booth"].stdout
    changed = desk(
        folder, f"id,came,phone,wait\n77,2025-03-01 09:00:00,{PHONE},5\n", mapping=CALLERS, name="new.csv"
    )
    ran = kefu("ingest", changed.file, "--mapping", changed.mapping, environ=house.store.settings.environ())
    assert "1 rejected" in ran.stdout
    with house.store.log() as log:
        assert log.highest() == events
        assert pl.Series([PHONE]).is_in(log.read(0, events)["state"]).any() is False
    assert house.store.keys.find("phone", PHONE) == []
    assert house.store.keys.find("name", NAME) == []
    assert found_in(house.data()) == set()
    assert found_in(house.out) == set()
