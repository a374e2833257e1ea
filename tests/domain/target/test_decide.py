"""Targets are set and figures published period by period; each refusal is named."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import PeriodIsEmpty, UnknownChoice
from domain.streams import TARGET
from domain.target import TargetPublished, TargetSet
from domain.target.commands import PublishTarget, SetTarget
from domain.target.refusals import ChallengeIsEasier, OtherTarget, RankOutOfRange, WhereUnreadable
from domain.target.state import Target, evolve
from domain.telling import Command
from tests.domain.target.examples import publish, set_target
from tests.examples import NOW, UNIT
from tests.given import given, payload

each_command = pytest.mark.parametrize(
    "command", [set_target, publish], ids=lambda command: type(command).__name__
)
april = {"period_start": date(2026, 4, 1), "period_end": date(2026, 5, 1)}


@each_command
def test_told_as_it_was_asked_when_it_was_asked(command: Command) -> None:
    (event,) = given(TARGET).when(command)
    assert type(event) is command.EVENT
    assert {name: getattr(command, name) for name in payload(event)} == payload(event)
    assert (event.occurred_at, event.unit) == (NOW, UNIT)


@each_command
def test_told_again_is_so_already(command: Command) -> None:
    assert given(TARGET).and_(command).when(command) == ()


@pytest.mark.parametrize(
    "later", [replace(set_target, target=Decimal("0.7")), replace(publish, rank=2)], ids=["set", "published"]
)
def test_told_otherwise_it_replaces(later: Command) -> None:
    story = given(TARGET).and_(set_target).and_(publish)
    assert len(story.when(later)) == 1
    assert story.and_(later).when(later) == ()


@pytest.mark.parametrize(
    "beside", [replace(set_target, **april), replace(publish, **april), replace(publish, who="a newspaper")]
)
def test_periods_and_publishers_stand_beside_each_other(beside: Command) -> None:
    story = given(TARGET).and_(set_target).and_(publish).and_(beside)
    assert story.when(set_target) == story.when(publish) == story.when(beside) == ()


@each_command
@pytest.mark.parametrize(
    "other", [{"metric": "answer_rate"}, {"definition": None}, {"unit": None}, {"where": "queue=motor"}]
)
def test_refused_another_target_on_the_same_stream(
    command: SetTarget | PublishTarget, other: dict[str, str | None]
) -> None:
    refused = given(TARGET).and_(set_target).when_refused(replace(command, **other), OtherTarget)
    assert refused.asked != refused.known


def test_the_order_of_dimensions_says_nothing() -> None:
    turned = replace(set_target, where="line=motor_commercial,queue=motor", **april)
    assert len(given(TARGET).and_(set_target).when(turned)) == 1


@each_command
def test_refused_a_where_that_cannot_be_read(command: SetTarget | PublishTarget) -> None:
    refused = given(TARGET).when_refused(replace(command, where="queue:motor"), WhereUnreadable)
    assert (refused.where, refused.problem) == ("queue:motor", "'queue:motor' is not dimension=value")


@each_command
def test_refused_an_empty_period(command: SetTarget | PublishTarget) -> None:
    given(TARGET).when_refused(replace(command, period_end=command.period_start), PeriodIsEmpty)


def test_refused_a_direction_nobody_knows() -> None:
    refused = given(TARGET).when_refused(replace(set_target, direction="up"), UnknownChoice)
    assert refused.known == ("higher", "lower")


@pytest.mark.parametrize(
    ("direction", "easier", "harder"), [("higher", "0.79", "0.8"), ("lower", "0.81", "0.8")]
)
def test_refused_a_challenge_that_is_easier(direction: str, easier: str, harder: str) -> None:
    asked = replace(set_target, direction=direction)
    given(TARGET).when_refused(replace(asked, challenge=Decimal(easier)), ChallengeIsEasier)
    assert given(TARGET).when(replace(asked, challenge=Decimal(harder)))
    assert given(TARGET).when(replace(asked, challenge=None))


@pytest.mark.parametrize(("rank", "of"), [(0, 31), (32, 31), (3, None), (None, 31)])
def test_refused_a_rank_that_is_not_among_the_ranked(rank: int | None, of: int | None) -> None:
    refused = given(TARGET).when_refused(replace(publish, rank=rank, of=of), RankOutOfRange)
    assert (refused.rank, refused.of) == (rank, of)


def test_published_without_a_rank() -> None:
    assert given(TARGET).when(replace(publish, rank=None, of=None))


def test_an_imported_where_that_cannot_be_read_gives_a_state_all_the_same() -> None:
    (event,) = given(TARGET).when(set_target)
    assert isinstance(event, TargetSet)
    state = evolve(Target(), replace(event, where="queue:motor"))
    assert state.aim is not None
    assert state.aim.where == (("", "queue:motor"),)


def test_a_figure_is_never_mixed_with_a_target() -> None:
    (event,) = given(TARGET).when(publish)
    state = evolve(Target(), event)
    assert isinstance(event, TargetPublished)
    assert (state.targets, list(state.figures.values())) == ({}, [event])
