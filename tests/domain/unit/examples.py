"""A command of every class on a unit that is accepted, and what the same command gets right after."""

from decimal import Decimal

from domain.unit.commands import CloseUnit, GradeUnit, InspectUnit, MoveUnit, OpenUnit
from tests.examples import UNIT, UNIT_ID, opened
from tests.given import CommandExample, payload

open_unit = OpenUnit(originator_id=UNIT_ID, unit=UNIT, **payload(opened))  # type: ignore[arg-type]
move = MoveUnit(originator_id=UNIT_ID, parent="desk:region-west")
close = CloseUnit(originator_id=UNIT_ID)
inspect = InspectUnit(originator_id=UNIT_ID, kind="club_check", points=Decimal(80), out_of=Decimal(100))
grade = GradeUnit(originator_id=UNIT_ID, grade="A")

EXAMPLES = (
    CommandExample(command=open_unit),
    CommandExample(command=move, given=(opened,)),
    CommandExample(command=close, given=(opened,)),
    CommandExample(command=inspect, given=(opened,), again="done"),
    CommandExample(command=grade, given=(opened,)),
)
