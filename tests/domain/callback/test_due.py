"""A callback that nobody tried expires at its due moment, once, whenever the job runs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.callback import CallbackCancelled, CallbackExpired
from domain.callback.due import next_due
from domain.callback.refusals import CallbackIsOver
from domain.callback.state import Callback, evolve
from domain.customer.state import Customer
from domain.envelope import Event
from domain.event import EventVoided
from domain.folding import fold_live
from domain.organisation.rules import RuleBook, read_rules
from domain.streams import CALLBACK
from domain.telling import Command
from tests.domain.callback.examples import DUE, attempt, cancel, scheduled, settle, unreached
from tests.examples import CAMPAIGN, CUSTOMER, CUSTOMER_ID, NOW, UNIT, registered, rule, told
from tests.given import Given, given, streams_of

MICROSECOND = timedelta(microseconds=1)
LATER = DUE + timedelta(days=9)


def due(*events: Event, at: datetime = LATER) -> Given:
    return given(CALLBACK, *events).beside({CUSTOMER_ID: Customer(registered=registered)}).at(at)


def test_expired_at_the_due_moment_and_recorded_when_the_job_ran() -> None:
    in_full = replace(scheduled, unit=UNIT, campaign_id=CAMPAIGN, agent_id="desk:zhang", tier="gold")
    (event,) = due(in_full).when(settle)
    assert isinstance(event, CallbackExpired)
    assert (event.occurred_at, event.recorded_at) == (DUE, LATER)
    assert (event.customer_id, event.unit, event.campaign_id, event.tier) == (
        CUSTOMER,
        UNIT,
        CAMPAIGN,
        "gold",
    )
    assert event.agent_id is None


def test_expired_once_however_often_the_job_runs() -> None:
    after = due(scheduled).and_(settle)
    assert len(after.events) == 2
    assert after.when(settle) == after.at(LATER + timedelta(days=99)).when(settle) == ()


def test_nothing_expires_before_it_is_due() -> None:
    assert due(scheduled, at=DUE - MICROSECOND).when(settle) == ()
    assert len(due(scheduled, at=DUE).when(settle)) == 1


@pytest.mark.parametrize(
    "events",
    [(), (replace(scheduled, due_at=None),), (scheduled, unreached), (scheduled, told(CallbackCancelled))],
    ids=["nothing", "without a due moment", "tried", "cancelled"],
)
def test_nothing_expires_that_is_not_waiting_to_be_tried(events: tuple[Event, ...]) -> None:
    assert due(*events).when(settle) == ()


def test_attempted_at_the_due_moment_is_in_time() -> None:
    assert len(due(scheduled, at=DUE).when(attempt)) == 2


@pytest.mark.parametrize("command", [attempt, cancel], ids=lambda command: type(command).__name__)
def test_refused_after_the_due_moment_though_no_job_has_run(command: Command) -> None:
    story = due(scheduled, at=DUE + MICROSECOND)
    assert story.when_refused(command, CallbackIsOver).how == "expired"


def test_an_attempt_in_time_is_told_late_before_the_job_has_run() -> None:
    assert len(due(scheduled).when(replace(attempt, occurred_at=DUE - timedelta(hours=1)))) == 2


def test_scheduled_anew_it_expires_at_the_later_moment() -> None:
    anew = replace(scheduled, due_at=DUE + timedelta(days=1), occurred_at=NOW)
    (event,) = due(scheduled, anew).when(settle)
    assert event.occurred_at == anew.due_at


@pytest.mark.parametrize(("name", "is_longer"), [("any", True), ("satisfaction", True), ("survey", False)])
def test_the_organisation_gives_a_purpose_or_any_more_time(name: str, is_longer: bool) -> None:
    two_hours = rule("callback_term", name, "120")
    story = due(scheduled, at=DUE + timedelta(hours=1)).under(two_hours)
    assert (story.when(settle) == ()) == is_longer
    (event,) = story.at(LATER).when(settle)
    assert event.occurred_at == (DUE + timedelta(hours=2) if is_longer else DUE)


def test_a_term_beyond_the_end_of_time_is_never() -> None:
    never = replace(scheduled, due_at=datetime.max.replace(tzinfo=UTC))
    state = fold_live(given(CALLBACK, never).events, initial=Callback(), evolve=evolve)
    assert next_due(state, read_rules([rule("callback_term", "any", "60")])) is None


def test_the_term_of_a_purpose_goes_before_that_of_any() -> None:
    rules = read_rules([rule("callback_term", "any", "60"), rule("callback_term", "satisfaction", "0")])
    state = fold_live(given(CALLBACK, scheduled).events, initial=Callback(), evolve=evolve)
    assert next_due(state, rules) == DUE


@drawn(streams_of("callback"), st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=4))
def test_whenever_the_job_runs_the_same_is_told_once_at_the_moment_foretold(
    events: list[Event], runs: list[datetime]
) -> None:
    history = [event for event in events if not isinstance(event, EventVoided)]
    foretold = next_due(fold_live(history, initial=Callback(), evolve=evolve), RuleBook())
    story = Given(stream=CALLBACK, events=tuple(history))
    for ran in sorted(runs):
        story = story.at(ran).and_(settle)
    told_by_job = story.events[len(history) :]
    is_due = foretold is not None and foretold <= max(runs)
    assert [event.occurred_at for event in told_by_job] == ([foretold] if is_due else [])
