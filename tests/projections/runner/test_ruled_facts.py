"""Facts that read the organisation's rules follow them: rows of a programme told later are folded again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from domain.envelope import Event
from domain.member import MemberEnrolled, MemberPointsEarned, MemberPointsRedeemed
from infra.stores import Store
from projections.runner.rebuild import rebuild
from projections.storage.reader import stored_facts
from tests.examples import rule
from tests.projections.logs import Log, Logged
from tests.projections.runner.stored import empty, project_in_batches, put, stored_rows

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATE = NEW_YEAR + timedelta(days=100), NEW_YEAR + timedelta(days=200)
FIRST_IN_FIRST_OUT = rule("programme", "club", '{"draws":"first_in_first_out"}')


def told(event_class: type[Event], day: int, version: int, **values: Any) -> Event:
    at = NEW_YEAR + timedelta(days=day)
    return event_class(
        originator_id="member-x:1",
        originator_version=version,
        occurred_at=at,
        recorded_at=at,
        source="s",
        **values,
    )


LIFE = (
    told(MemberEnrolled, 0, 1, programme="club", tier="silver"),
    told(MemberPointsEarned, 1, 2, lot_id="first", points=Decimal(50), reason="spend", expires_at=LATE),
    told(MemberPointsEarned, 2, 3, lot_id="second", points=Decimal(50), reason="spend", expires_at=SOON),
    told(MemberPointsRedeemed, 3, 4, redemption_id="r", points=Decimal(30), venue="club"),
)
BY_EXPIRY = {"first": Decimal(50), "second": Decimal(20), "overdraft": Decimal(0)}
BY_EARNING = {"first": Decimal(20), "second": Decimal(50), "overdraft": Decimal(0)}


@pytest.fixture
def conninfo(embedded_store: Store) -> str:
    empty(embedded_store.conninfo)
    return embedded_store.conninfo


def logged(*events: Event, after: int = 0) -> Log:
    return [Logged(after + n, event) for n, event in enumerate(events, start=1)]


def configured(version: int, configured: Event = FIRST_IN_FIRST_OUT) -> Event:
    return replace(configured, originator_version=version)


def balances(conninfo: str, **asked: Any) -> dict[str, Decimal]:
    with stored_facts(conninfo) as facts:
        rows = facts.facts("member_lots", columns=["balance"], **asked)
    return dict(rows.select("lot_id", "balance").iter_rows())


@pytest.mark.parametrize("size", [1, 30])
def test_a_programme_told_later_draws_from_other_lots(conninfo: str, size: int) -> None:
    put(conninfo, logged(*LIFE))
    project_in_batches(conninfo, size)
    assert balances(conninfo) == BY_EXPIRY
    put(conninfo, logged(configured(1), after=4))
    project_in_batches(conninfo, size)
    assert balances(conninfo) == BY_EARNING


def test_a_rebuild_reads_the_rules_too(conninfo: str) -> None:
    put(conninfo, logged(configured(1), *LIFE))
    project_in_batches(conninfo, 2)
    projected = stored_rows(conninfo)["member_lots"]
    rebuild(conninfo)
    assert balances(conninfo) == BY_EARNING
    assert stored_rows(conninfo)["member_lots"].equals(projected)
    put(conninfo, logged(configured(2, rule("programme", "club", "null")), after=5))
    project_in_batches(conninfo, 2)
    assert balances(conninfo) == BY_EXPIRY


def test_a_position_before_the_programme_is_answered_without_it(conninfo: str) -> None:
    put(conninfo, logged(*LIFE, configured(1)))
    project_in_batches(conninfo, 30)
    assert balances(conninfo, position=4) == BY_EXPIRY
    assert balances(conninfo, position=5) == BY_EARNING
    assert balances(conninfo, as_of=NEW_YEAR + timedelta(days=3)) == {
        "first": Decimal(50),
        "second": Decimal(50),
    }


def test_other_rules_fold_nothing_again(conninfo: str) -> None:
    put(conninfo, logged(*LIFE))
    project_in_batches(conninfo, 30)
    before = stored_rows(conninfo)["member_lots"]
    put(conninfo, logged(configured(1, rule("limit", "unreached_limit", "3")), after=4))
    project_in_batches(conninfo, 30)
    assert stored_rows(conninfo)["member_lots"].equals(before)
