"""Ladders are climbed one level at a time, and promises not kept climb by themselves at their due moments."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.complaint import ComplaintEscalated, ComplaintPromised, ComplaintResolved
from domain.complaint.commands import (
    CloseComplaint,
    HandOverComplaint,
    RecordComplaintFollowUp,
)
from domain.complaint.ladders import height_of, level_above
from domain.complaint.refusals import LevelNotAbove, NoLadder
from domain.organisation.rule_bodies import DEFAULT_LADDERS
from domain.streams import COMPLAINT
from domain.unit.state import Unit
from tests.domain.complaint.examples import escalate, promised, promised_at
from tests.domain.complaint.examples import escalate_due as due
from tests.examples import COMPLAINT_ID, NOW, UNIT, UNIT_ID, filed, rule, told
from tests.given import Given, given, said

DEPOT = {UNIT_ID: Unit(kind="depot")}


def at_depot(*events: ComplaintPromised | ComplaintEscalated | ComplaintResolved) -> Given:
    return given(COMPLAINT, filed, *events).beside(DEPOT)


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("sales", "store route_district region business_unit vice_president president"),
        ("operations", "depot_dispatcher depot_manager region business_unit vice_president president"),
        (
            "platform",
            (
                "platform_manager department_fleet_or_district_manager region"
                " business_unit vice_president president"
            ),
        ),
    ],
)
def test_the_three_ladders_are_climbed_to_the_president_and_no_further(name: str, levels: str) -> None:
    ladder = DEFAULT_LADDERS[name]
    climbed = [level_above(None, ladder=ladder)]
    while climbed[-1] is not None:
        climbed.append(level_above(climbed[-1], ladder=ladder))
    assert climbed == [*levels.split(), None]


def test_a_level_that_is_not_on_the_ladder_is_below_it() -> None:
    assert height_of("somebody", ladder=DEFAULT_LADDERS["sales"]) == -1


def test_escalated_first_the_resolving_departments_manager_is_asked() -> None:
    assert said(at_depot().when(escalate)) == [
        ("complaint.escalated", {"level": "depot_dispatcher", "reason": "no_solution"})
    ]


def test_escalated_again_one_level_up() -> None:
    asked = told(ComplaintEscalated, level="depot_dispatcher", reason="x")
    assert said(at_depot(asked).when(escalate)) == [
        ("complaint.escalated", {"level": "depot_manager", "reason": "no_solution"})
    ]


def test_escalated_to_a_named_level_above() -> None:
    command = replace(escalate, level="vice_president")
    assert said(at_depot().when(command)) == [
        ("complaint.escalated", {"level": "vice_president", "reason": "no_solution"})
    ]


def test_escalated_to_the_same_level_is_so_already() -> None:
    asked = told(ComplaintEscalated, level="region", reason="x")
    assert at_depot(asked).when(replace(escalate, level="region")) == ()


@pytest.mark.parametrize("level", ["depot_manager", "no such level"])
def test_refused_a_level_that_is_not_above(level: str) -> None:
    asked = told(ComplaintEscalated, level="region", reason="x")
    refused = at_depot(asked).when_refused(replace(escalate, level=level), LevelNotAbove)
    assert (refused.level, refused.reached) == (level, "region")


def test_refused_above_the_president() -> None:
    top = told(ComplaintEscalated, level="president", reason="x")
    assert at_depot(top).when_refused(escalate, LevelNotAbove).level is None


def test_refused_without_a_ladder_for_the_unit() -> None:
    refused = given(COMPLAINT, filed).beside({UNIT_ID: Unit(kind="kitchen")}).when_refused(escalate, NoLadder)
    assert (refused.unit, refused.unit_kind) == (UNIT, "kitchen")


def test_a_configured_ladder_goes_before_the_default_one() -> None:
    short = rule("ladder", "short", '{"levels":["shift_leader"],"unit_kinds":["depot"]}')
    told_events = given(COMPLAINT, filed).under(short).beside(DEPOT).when(escalate)
    assert said(told_events) == [("complaint.escalated", {"level": "shift_leader", "reason": "no_solution"})]


@pytest.mark.parametrize(
    ("reached", "level"),
    [("depot_dispatcher", "route_district"), ("depot_manager", "region"), ("region", "business_unit")],
)
def test_a_level_of_the_ladder_it_came_from_counts_by_its_height(reached: str, level: str) -> None:
    at_store = at_depot(told(ComplaintEscalated, level=reached, reason="x")).beside(
        {UNIT_ID: Unit(kind="store")}
    )
    assert said(at_store.when(escalate))[-1] == (
        "complaint.escalated",
        {"level": level, "reason": "no_solution"},
    )


def test_refused_a_level_no_higher_than_the_one_reached_on_the_other_ladder() -> None:
    at_store = at_depot(told(ComplaintEscalated, level="depot_manager", reason="x"))
    at_store = at_store.beside({UNIT_ID: Unit(kind="store")})
    refused = at_store.when_refused(replace(escalate, level="store"), LevelNotAbove)
    assert (refused.level, refused.reached) == ("store", "route_district")


def test_a_broken_promise_is_one_level_above_whoever_promised_on_the_other_ladder() -> None:
    by_depot = told(ComplaintEscalated, level="depot_manager", reason="x")
    no_wait = rule("limit", "no_solution_minutes", "100000")
    story = given(COMPLAINT, filed, by_depot, promised).under(no_wait).beside({UNIT_ID: Unit(kind="store")})
    assert said(story.when(due)) == [("complaint.escalated", {"level": "region", "reason": "promise_broken"})]


def test_a_level_of_no_ladder_is_below_every_other() -> None:
    unheard_of = told(ComplaintEscalated, level="somebody", reason="x")
    assert said(at_depot(unheard_of).when(escalate))[0][1]["level"] == "depot_dispatcher"


def test_above_the_top_of_a_longer_ladder_there_is_nobody() -> None:
    short = rule("ladder", "short", '{"levels":["shift_leader"],"unit_kinds":["depot"]}')
    top = told(ComplaintEscalated, level="president", reason="x")
    at_the_top = given(COMPLAINT, filed, top).under(short).beside(DEPOT)
    assert at_the_top.when_refused(escalate, LevelNotAbove).reached == "shift_leader"


def test_nothing_falls_due_once_the_customer_said_it_is_resolved() -> None:
    reached = RecordComplaintFollowUp(
        originator_id=COMPLAINT_ID,
        occurred_at=promised_at + timedelta(minutes=5),
        with_whom="customer",
        means="call",
        reached=True,
        resolved=True,
    )
    assert at_depot(promised).and_(reached).when(due) == ()


def test_passed_on_goes_one_level_up() -> None:
    command = HandOverComplaint(originator_id=COMPLAINT_ID, to_unit="desk:depot-8")
    assert said(at_depot().when(command)) == [
        ("complaint.handed_over", {"to_unit": "desk:depot-8"}),
        ("complaint.escalated", {"level": "depot_dispatcher", "reason": "passed_on"}),
    ]


def test_not_resolved_goes_one_level_up() -> None:
    command = RecordComplaintFollowUp(
        originator_id=COMPLAINT_ID, with_whom="customer", means="call", reached=True, resolved=False
    )
    assert [event.TOPIC for event in at_depot().when(command)] == [
        "complaint.follow_up_recorded",
        "complaint.reopened",
        "complaint.escalated",
    ]


def test_due_nothing_up_to_thirty_minutes_after_the_promise() -> None:
    assert at_depot(promised).at(promised_at + timedelta(minutes=30)).when(due) == ()


def test_due_no_solution_in_thirty_minutes_one_level_up_at_that_moment() -> None:
    (event,) = at_depot(promised).at(promised_at + timedelta(minutes=45)).when(due)
    assert said((event,)) == [
        ("complaint.escalated", {"level": "depot_dispatcher", "reason": "no_solution_in_time"})
    ]
    assert event.occurred_at == promised_at + timedelta(minutes=30)
    assert event.recorded_at == promised_at + timedelta(minutes=45)
    assert (event.unit, event.agent_id, event.tier) == (UNIT, None, "gold")


def test_due_once_however_often_the_job_runs() -> None:
    after = at_depot(promised).and_(due)
    assert len(after.events) == 3
    assert after.when(due) == ()


def test_due_nothing_once_a_solution_was_put_to_the_customer() -> None:
    resolved = told(ComplaintResolved, at=promised_at + timedelta(minutes=29), outcome="refund")
    assert at_depot(promised, resolved).when(due) == ()


def test_a_broken_promise_is_one_level_above_whoever_promised() -> None:
    by_region = told(ComplaintEscalated, level="region", reason="x")
    no_wait = rule("limit", "no_solution_minutes", "100000")
    (event,) = given(COMPLAINT, filed, by_region, promised).under(no_wait).beside(DEPOT).when(due)
    assert said((event,)) == [("complaint.escalated", {"level": "business_unit", "reason": "promise_broken"})]
    assert event.occurred_at == promised.solution_due_at


def test_a_broken_promise_climbs_no_further_where_it_has_climbed_since() -> None:
    assert [event.TOPIC for event in at_depot(promised).when(due)] == ["complaint.escalated"]


def test_what_fell_due_is_told_before_what_is_commanded() -> None:
    told_events = at_depot(promised).when(escalate)
    assert [payload["level"] for _, payload in said(told_events)] == ["depot_dispatcher", "depot_manager"]
    assert told_events[1].occurred_at == NOW


def test_what_fell_due_is_not_told_for_a_command_that_is_so_already() -> None:
    command = HandOverComplaint(originator_id=COMPLAINT_ID, to_unit=UNIT)
    assert at_depot(promised).when(command) == ()


def test_what_fell_due_after_the_moment_told_of_is_left_to_the_job() -> None:
    command = replace(escalate, occurred_at=promised_at + timedelta(minutes=10))
    assert len(at_depot(promised).when(command)) == 1


def test_nothing_falls_due_for_a_closed_complaint() -> None:
    reached = RecordComplaintFollowUp(
        originator_id=COMPLAINT_ID,
        occurred_at=promised_at + timedelta(minutes=5),
        with_whom="customer",
        means="call",
        reached=True,
        resolved=True,
    )
    close = CloseComplaint(originator_id=COMPLAINT_ID, occurred_at=promised_at + timedelta(minutes=6))
    assert at_depot(promised).and_(reached).and_(close).when(due) == ()
