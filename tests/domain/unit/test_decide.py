"""A unit is opened, moved in the tree, inspected, graded and closed; each refusal is named."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import ScoreOutOfRange
from domain.streams import UNIT as UNITS
from domain.telling import Command
from domain.unit import UnitClosed
from domain.unit.decide import UnitNotOpen, UnitOpenedOtherwise, UnitUnderItself
from domain.unit.state import Unit
from tests.domain.unit.examples import close, grade, inspect, move, open_unit
from tests.examples import UNIT, opened, told
from tests.given import given, payload, said


@pytest.mark.parametrize("command", [move, close, inspect, grade], ids=lambda command: type(command).__name__)
def test_told_as_it_was_asked(command: Command) -> None:
    (event,) = given(UNITS, opened).when(command)
    assert type(event) is command.EVENT
    assert {name: getattr(command, name) for name in payload(event)} == payload(event)


@pytest.mark.parametrize("command", [move, close, grade], ids=lambda command: type(command).__name__)
def test_told_again_is_so_already(command: Command) -> None:
    assert given(UNITS, opened).and_(command).when(command) == ()


@pytest.mark.parametrize("command", [move, close, inspect, grade], ids=lambda command: type(command).__name__)
def test_refused_before_the_opening(command: Command) -> None:
    given(UNITS).when_refused(command, UnitNotOpen)


@pytest.mark.parametrize("command", [move, inspect, grade], ids=lambda command: type(command).__name__)
def test_refused_after_the_closing(command: Command) -> None:
    given(UNITS, opened, told(UnitClosed)).when_refused(command, UnitNotOpen)


def test_opened() -> None:
    assert said(given(UNITS).when(open_unit)) == [("unit.opened", payload(opened))]


def test_opened_with_the_same_content_is_so_already() -> None:
    assert given(UNITS, opened).when(open_unit) == ()


def test_opened_again_after_it_was_closed() -> None:
    assert given(UNITS, opened, told(UnitClosed)).when(open_unit)


def test_refused_to_open_with_other_content() -> None:
    given(UNITS, opened).when_refused(replace(open_unit, kind="store"), UnitOpenedOtherwise)


def test_refused_as_its_own_parent() -> None:
    given(UNITS).when_refused(replace(open_unit, parent=UNIT), UnitUnderItself)
    given(UNITS, opened).when_refused(replace(move, parent=UNIT), UnitUnderItself)


def test_refused_under_a_unit_that_hangs_below_it() -> None:
    below = {
        "unit-desk:region-west": Unit(parent="desk:region-far"),
        "unit-desk:region-far": Unit(parent=UNIT),
    }
    refused = given(UNITS, opened).beside(below).when_refused(move, UnitUnderItself)
    assert refused.parent == "desk:region-west"
    given(UNITS).beside(below).when_refused(replace(open_unit, parent="desk:region-far"), UnitUnderItself)


def test_moved_under_a_unit_whose_tree_a_source_told_in_a_circle() -> None:
    circle = {"unit-desk:region-west": Unit(parent="desk:b"), "unit-desk:b": Unit(parent="desk:region-west")}
    assert given(UNITS, opened).beside(circle).when(move)


def test_the_units_above_are_read_to_the_top() -> None:
    assert UNITS.reads(Unit(), move) == ("unit-desk:region-west",)
    assert UNITS.reads(Unit(), replace(open_unit, parent=None)) == UNITS.reads(Unit(), grade) == ()
    assert UNITS.leads_to(Unit(parent="desk:b")) == ("unit-desk:b",)
    assert UNITS.leads_to(Unit()) == ()


def test_inspected_each_time() -> None:
    assert len(given(UNITS, opened).and_(inspect).when(inspect)) == 1


def test_refused_more_points_than_there_are() -> None:
    given(UNITS, opened).when_refused(replace(inspect, points=Decimal(101)), ScoreOutOfRange)
