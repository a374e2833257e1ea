"""`kefu key` makes keys with limits, shows each once, lists them, and refuses what nobody could use."""

import json

import pytest
from psycopg.sql import SQL, Identifier

from infra.api_keys import KeyHolder, find_holder
from infra.stores import Store
from projections.facts import SPECS
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import Ran, kefu


def run(store: Store, *argv: str) -> Ran:
    return kefu("key", *argv, environ=store.settings.environ())


def opened(store: Store, key: str) -> KeyHolder | None:
    with store.connect() as connection:
        return find_holder(connection, key)


def test_a_key_is_printed_once_with_its_role_alone(embedded_store: Store) -> None:
    made = json.loads(run(embedded_store, "create", "--role", "bi_reader", "--format", "json").stdout)
    assert list(made) == ["key", "role"]
    assert opened(embedded_store, made["key"]) == KeyHolder(made["key"][5:13], "bi_reader")
    assert made["key"] not in run(embedded_store, "list", "--format", "json").stdout


def test_limits_are_kept_shown_and_listed(embedded_store: Store) -> None:
    limits = ("--unit", "north", "--unit", "south", "--unit", "north", "--manager", "m7")
    rest = ("--expires", "2999-01-01", "--label", "for Excel")
    role = ("create", "--role", "account_manager", "--format", "json")
    made = json.loads(run(embedded_store, *role, *limits, *rest).stdout)
    assert {name: made[name] for name in made if name != "key"} == {
        "role": "account_manager",
        "units": ["north", "south"],
        "manager": "m7",
        "expires_at": "2999-01-01T00:00:00+08:00",
        "label": "for Excel",
    }
    holder = KeyHolder(made["key"][5:13], "account_manager", ("north", "south"), "m7")
    assert opened(embedded_store, made["key"]) == holder
    (listed,) = json.loads(run(embedded_store, "list", "--format", "json").stdout)
    assert (listed["units"], listed["manager"], listed["label"]) == (["north", "south"], "m7", "for Excel")
    assert listed["expires_at"].startswith("2998-12-31T16:00:00")
    assert "north south" in run(embedded_store, "list").stdout


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["--role", "account_manager"], "say whose with --manager M"),
        (["--role", "bi_reader", "--manager", "m7"], "leave it out for bi_reader"),
        (["--role", "bi_reader", "--unit", ""], "--unit is empty"),
        (["--role", "bi_reader", "--expires", "2020-01-01"], "has begun already"),
        (["--role", "nobody"], "there is no role 'nobody'"),
    ],
)
def test_what_nobody_could_use_is_refused(embedded_store: Store, argv: list[str], problem: str) -> None:
    ran = run(embedded_store, "create", *argv)
    assert (ran.status, ran.stdout) == (2, "")
    assert problem in ran.stderr
    assert json.loads(run(embedded_store, "list", "--format", "json").stdout) == []


def test_a_unit_that_nobody_told_of_is_warned_about(embedded_store: Store) -> None:
    insert = SQL("insert into {} (unit, voided, has_void) values ('north', false, false)")
    with embedded_store.connect() as connection:
        connection.execute(insert.format(Identifier(SPECS["units"].table)))
    ran = run(embedded_store, "create", "--role", "bi_reader", "--unit", "north", "--unit", "nroth")
    assert ran.status == 0
    assert "There is no unit 'nroth' yet" in ran.stderr
    assert "'north'" not in ran.stderr


def test_before_anything_is_projected_every_unit_is_warned_about(embedded_server: RunningServer) -> None:
    for store in fresh_store(embedded_server, has_tables=False):
        ran = run(store, "create", "--role", "bi_reader", "--unit", "north")
        assert (ran.status, "There is no unit 'north' yet" in ran.stderr) == (0, True)
