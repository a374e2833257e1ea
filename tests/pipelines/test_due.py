"""What falls due is told at its due moment, once, whenever the job runs, and only where it is told here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.callback.commands import ScheduleCallback
from domain.command_application import numbered
from domain.complaint import ComplaintFiled, ComplaintPromised
from domain.complaint.commands import CloseComplaint, FileComplaint, PromiseComplaintSolution
from domain.customer_service import CustomerService
from domain.due import DUES, Due
from domain.envelope import Event
from domain.member.commands import EarnMemberPoints, EnrolMember
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.state import ORGANISATION_ID
from domain.organisation.written import FROM_THE_BEGINNING
from domain.streams import CALLBACK, COMPLAINT, MEMBER, Stream
from domain.telling import Command
from domain.unit.commands import OpenUnit
from infra.stores import Store
from pipelines.due import DueAccount, settle_due
from tests.conftest import RunningServer, fresh_store
from tests.examples import COMPLAINT_ID, CUSTOMER, MEMBER_ID, NOW, UNIT, UNIT_ID
from tests.pipelines.given import kefu

CALLBACK_ID = "callback-desk:7"
OPENED = NOW - timedelta(days=30)
PROMISED = NOW - timedelta(days=20)
SOLUTION_DUE = PROMISED + timedelta(hours=4)

open_depot = OpenUnit(originator_id=UNIT_ID, name="Depot 7", kind="depot")
file = FileComplaint(
    originator_id=COMPLAINT_ID, kind="external", channel="hotline", category="late", unit=UNIT
)
promise = PromiseComplaintSolution(originator_id=COMPLAINT_ID, solution_due_at=SOLUTION_DUE)
schedule = ScheduleCallback(
    originator_id=CALLBACK_ID, purpose="complaint_follow_up", due_at=SOLUTION_DUE, customer_id=CUSTOMER
)


@contextmanager
def at(store: Store, now: datetime) -> Iterator[CustomerService]:
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=lambda: now) as service:
        yield service


def carried_out(store: Store, now: datetime, *commands: Command) -> None:
    with at(store, now) as service:
        for command in commands:
            service.carry_out(command, idempotency_key=f"{command}")


def promised_and_scheduled(store: Store) -> None:
    carried_out(store, OPENED, open_depot)
    carried_out(store, PROMISED, file, promise, schedule)


def settled(store: Store, now: datetime, dues: tuple[Due, ...] = DUES) -> DueAccount:
    return settle_due(store, clock=lambda: now, dues=dues)


def told(store: Store, stream: Stream, originator_id: str) -> list[tuple[str, datetime, datetime]]:
    with at(store, NOW) as service:
        events: tuple[Event, ...] = service.load(stream, originator_id).events
    return [(event.TOPIC, event.occurred_at, event.recorded_at) for event in events]


def moments(store: Store) -> list[tuple[str, datetime]]:
    everything = [*told(store, COMPLAINT, COMPLAINT_ID), *told(store, CALLBACK, CALLBACK_ID)]
    return [(topic, occurred_at) for topic, occurred_at, _ in everything]


def test_after_days_of_sleep_everything_is_told_at_its_own_moment_and_recorded_now(
    embedded_store: Store,
) -> None:
    promised_and_scheduled(embedded_store)
    account = settled(embedded_store, NOW)
    assert dict(account.told) == {"complaint.escalated": 1, "callback.expired": 1}
    assert told(embedded_store, COMPLAINT, COMPLAINT_ID)[2:] == [
        ("complaint.escalated", PROMISED + timedelta(minutes=30), NOW)
    ]
    ((topic, occurred_at, recorded_at),) = told(embedded_store, CALLBACK, CALLBACK_ID)[1:]
    assert (topic, recorded_at) == ("callback.expired", NOW)
    assert SOLUTION_DUE <= occurred_at < NOW


def test_a_second_run_tells_nothing_and_soon_asks_nobody(embedded_store: Store) -> None:
    promised_and_scheduled(embedded_store)
    settled(embedded_store, NOW)
    again = settled(embedded_store, NOW + timedelta(minutes=10))
    assert not again.told
    assert settled(embedded_store, NOW + timedelta(days=1)).asked == 0


def test_a_job_that_runs_often_tells_the_same_as_one_that_slept(
    embedded_store: Store, embedded_server: RunningServer
) -> None:
    promised_and_scheduled(embedded_store)
    settled(embedded_store, NOW)
    for awake in fresh_store(embedded_server):
        promised_and_scheduled(awake)
        for hours in (0, 0.4, 0.6, 3, 5, 48):
            settled(awake, PROMISED + timedelta(hours=hours))
        settled(awake, NOW)
        assert moments(awake) == moments(embedded_store)


def test_a_stream_is_asked_only_when_its_moment_has_come(embedded_store: Store) -> None:
    promised_and_scheduled(embedded_store)
    assert settled(embedded_store, PROMISED + timedelta(minutes=1)).asked == 2
    assert settled(embedded_store, PROMISED + timedelta(minutes=29)).asked == 0
    due = settled(embedded_store, PROMISED + timedelta(minutes=31))
    assert (due.asked, dict(due.told)) == (1, {"complaint.escalated": 1})


def test_a_stream_that_another_system_tells_is_left_alone_until_a_rule_says_otherwise(
    embedded_store: Store,
) -> None:
    carried_out(embedded_store, OPENED, open_depot)
    imported: dict[str, Any] = {"originator_id": COMPLAINT_ID, "recorded_at": PROMISED, "source": "crm"}
    filed = ComplaintFiled(
        originator_version=0,
        occurred_at=PROMISED,
        kind="external",
        channel="hotline",
        category="late",
        unit=UNIT,
        **imported,
    )
    promised = ComplaintPromised(
        originator_version=0, occurred_at=PROMISED, solution_due_at=SOLUTION_DUE, **imported
    )
    with at(embedded_store, NOW) as service:
        service.save(*numbered([filed, promised], after=0))
    assert settled(embedded_store, NOW).asked == 0
    ours = Rule(
        kind="settled_sources",
        name="settled_sources",
        valid_from=FROM_THE_BEGINNING,
        body='["command","crm"]',
    )
    carried_out(embedded_store, NOW, ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=(ours,)))
    assert dict(settled(embedded_store, NOW).told) == {"complaint.escalated": 1}


def test_a_rule_that_changes_asks_every_stream_again(embedded_store: Store) -> None:
    carried_out(embedded_store, PROMISED, file, promise)
    assert not settled(embedded_store, NOW).told
    carried_out(embedded_store, NOW, open_depot)
    assert dict(settled(embedded_store, NOW).told) == {"complaint.escalated": 1}


def test_a_stream_that_refuses_is_listed_and_the_others_go_on(embedded_store: Store) -> None:
    promised_and_scheduled(embedded_store)
    refused = Due(COMPLAINT, CloseComplaint, lambda _state, _situation: PROMISED)
    account = settled(embedded_store, NOW, dues=(refused, *DUES[1:]))
    assert (account.refused, dict(account.told)) == (1, {"callback.expired": 1})
    assert account.refusals[0].startswith(f"{COMPLAINT_ID}: ")


def test_kefu_due_says_what_it_told(embedded_store: Store) -> None:
    promised_and_scheduled(embedded_store)
    settings = embedded_store.settings
    environ = {"KEFU_HOME": str(settings.home), "KEFU_STORE": settings.store}
    first = kefu("due", environ=environ)
    assert (first.status, first.stderr) == (0, "")
    assert first.stdout == "2 streams asked; told: 1 callback.expired, 1 complaint.escalated.\n"
    again = kefu("due", "--format", "json", environ=environ)
    assert json.loads(again.stdout) == {"asked": 2, "told": {}, "refused": 0, "refusals": []}


def test_points_expire_at_the_end_of_their_day_and_a_tier_moves_at_its_moment(embedded_store: Store) -> None:
    club = Rule(
        kind="programme",
        name="club",
        valid_from=FROM_THE_BEGINNING,
        body='{"zone":"Asia/Shanghai","expiry":{"months":1},'
        '"tiers":[{"name":"silver"},{"name":"gold","threshold":"1000"}],'
        '"qualification":{"by":"balance"}}',
    )
    january = datetime(2026, 1, 31, 4, tzinfo=UTC)
    carried_out(
        embedded_store,
        january,
        ConfigureOrganisation(originator_id=ORGANISATION_ID, rules=(club,)),
        EnrolMember(originator_id=MEMBER_ID, programme="club", tier="silver"),
        EarnMemberPoints(originator_id=MEMBER_ID, lot_id="l1", points=Decimal(1200), reason="spend"),
    )
    assert settled(embedded_store, january + timedelta(days=20)).told == {}
    account = settled(embedded_store, january + timedelta(days=90))
    assert dict(account.told) == {"member.points_expired": 1, "member.tier_changed": 1}
    end_of_february = datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC)
    assert [(topic, at) for topic, at, _ in told(embedded_store, MEMBER, MEMBER_ID)] == [
        ("member.enrolled", january),
        ("member.points_earned", january),
        ("member.tier_changed", january),
        ("member.points_expired", end_of_february),
        ("member.tier_changed", end_of_february),
    ]
