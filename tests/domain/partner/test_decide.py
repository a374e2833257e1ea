"""A partner is onboarded, graded, inspected and removed; each refusal is named."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import ScoreOutOfRange, UnknownChoice
from domain.partner import PartnerRemoved
from domain.partner.refusals import PartnerNotOnboarded, PartnerOnboardedOtherwise
from domain.streams import PARTNER
from domain.telling import Command
from tests.domain.partner.examples import grade, inspect, onboard, onboarded, remove
from tests.examples import told
from tests.given import given, payload, said

removed = told(PartnerRemoved, reason="complaints")


@pytest.mark.parametrize("command", [grade, inspect, remove], ids=lambda command: type(command).__name__)
def test_told_as_it_was_asked(command: Command) -> None:
    (event,) = given(PARTNER, onboarded).when(command)
    assert type(event) is command.EVENT
    assert {name: getattr(command, name) for name in payload(event)} == payload(event)


@pytest.mark.parametrize("command", [grade, remove], ids=lambda command: type(command).__name__)
def test_told_again_is_so_already(command: Command) -> None:
    assert given(PARTNER, onboarded).and_(command).when(command) == ()


@pytest.mark.parametrize("command", [grade, inspect, remove], ids=lambda command: type(command).__name__)
def test_refused_before_the_onboarding(command: Command) -> None:
    given(PARTNER).when_refused(command, PartnerNotOnboarded)


@pytest.mark.parametrize("command", [grade, inspect], ids=lambda command: type(command).__name__)
def test_refused_after_the_removal(command: Command) -> None:
    given(PARTNER, onboarded, removed).when_refused(command, PartnerNotOnboarded)


@pytest.mark.parametrize("kind", ["club", "merchant", "repair_shop"])
def test_onboarded(kind: str) -> None:
    told_events = given(PARTNER).when(replace(onboard, kind=kind))
    assert said(told_events) == [("partner.onboarded", {**payload(onboarded), "kind": kind})]


def test_onboarded_again_is_so_already_and_once_more_after_the_removal() -> None:
    assert given(PARTNER, onboarded).when(onboard) == ()
    assert len(given(PARTNER, onboarded, removed).when(onboard)) == 1


def test_refused_to_onboard_as_another_kind() -> None:
    refused = given(PARTNER, onboarded).when_refused(
        replace(onboard, kind="merchant"), PartnerOnboardedOtherwise
    )
    assert (refused.kind, refused.brand) == ("club", "观澜湖")


def test_refused_a_kind_nobody_knows() -> None:
    assert given(PARTNER).when_refused(replace(onboard, kind="bank"), UnknownChoice).value == "bank"


def test_graded_anew_where_a_score_behind_it_changed() -> None:
    assert len(given(PARTNER, onboarded).and_(grade).when(replace(grade, cooperation=Decimal(91)))) == 1


def test_graded_anew_by_the_same_grade_after_coming_back() -> None:
    back = given(PARTNER, onboarded).and_(grade).and_(remove).and_(onboard)
    assert len(back.when(grade)) == 1


def test_inspected_each_time() -> None:
    assert len(given(PARTNER, onboarded).and_(inspect).when(inspect)) == 1


def test_refused_more_points_than_there_are() -> None:
    given(PARTNER, onboarded).when_refused(replace(inspect, points=Decimal(101)), ScoreOutOfRange)
