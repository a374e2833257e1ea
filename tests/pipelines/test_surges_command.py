"""`kefu surges`: eight complaints on a morning after quiet weeks are shown, to whoever owns the category."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.complaint.commands import FileComplaint
from domain.customer_service import CustomerService
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import FROM_THE_BEGINNING
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import Ran, kefu

MORNING = datetime(2026, 3, 9, 1, tzinfo=UTC)
RULES = ConfigureOrganisation(
    originator_id=ORGANISATION_ID,
    rules=(
        Rule("zone", "zone", FROM_THE_BEGINNING, '"Asia/Shanghai"'),
        Rule("process_owner", "late", FROM_THE_BEGINNING, '"desk:transport"'),
    ),
)


def complaint(number: int, at: datetime) -> FileComplaint:
    return FileComplaint(
        originator_id=f"complaint-desk:{number}",
        occurred_at=at,
        unit="desk:east",
        kind="external",
        channel="hotline",
        category="late",
    )


@pytest.fixture(scope="module")
def desk(embedded_server: RunningServer) -> Iterator[Store]:
    quiet = [MORNING - timedelta(weeks=ago) for ago in range(1, 9)]
    for store in fresh_store(embedded_server):
        with CustomerService(
            store.service_env(), protect=store.keys.protect, clock=lambda: MORNING + timedelta(hours=1)
        ) as service:
            service.carry_out(RULES, idempotency_key="rules")
            for number, at in enumerate([*quiet, *[MORNING] * 8]):
                service.carry_out(complaint(number, at), idempotency_key=str(number))
        assert kefu("project", environ=store.settings.environ()).status == 0
        yield store


def surges(store: Store, *asked: str) -> Ran:
    return kefu("surges", *asked, environ=store.settings.environ())


def rows(store: Store, *asked: str) -> list[dict[str, Any]]:
    ran = surges(store, *asked, "--format", "json")
    assert ran.status == 0, ran.stderr
    told: list[dict[str, Any]] = json.loads(ran.stdout)
    return told


def test_a_surge_of_the_unfinished_day_is_shown(desk: Store) -> None:
    (row,) = rows(desk, "--as-of", "2026-03-09T10:00+08:00")
    assert (row["unit"], row["category"], row["complaints"]) == ("desk:east", "late", 8)
    assert (row["before"], row["process_owner"]) == ("1,1,1,1,1,1,1,1", "desk:transport")
    ran = surges(desk, "--as-of", "2026-03-09T10:00+08:00")
    assert "1 of 1 units and categories with complaints on 2026-03-09 before 2026-03-09 10:00" in ran.stderr


def test_a_day_is_its_midnight_so_that_the_day_before_is_whole(desk: Store) -> None:
    assert [row["complaints"] for row in rows(desk, "--as-of", "2026-03-10")] == [8]


def test_what_is_no_surge_is_shown_on_request(desk: Store) -> None:
    quiet = ("--as-of", "2026-03-02T10:00+08:00")
    assert rows(desk, *quiet) == []
    assert [row["is_surge"] for row in rows(desk, *quiet, "--all")] == [False]


def test_an_owner_sees_their_own_categories(desk: Store) -> None:
    asked = ("--as-of", "2026-03-10", "--owner")
    assert len(rows(desk, *asked, "desk:transport")) == 1
    assert rows(desk, *asked, "desk:claims") == []


def test_a_moment_that_has_not_come_is_refused(desk: Store) -> None:
    ran = surges(desk, "--as-of", "2226-03-10")
    assert (ran.status, "has not come yet" in ran.stderr) == (2, True)
