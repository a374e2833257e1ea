"""An accepted example of every command on a target."""

from datetime import date
from decimal import Decimal

from domain.target.commands import PublishTarget, SetTarget
from tests.examples import TARGET_ID, UNIT
from tests.given import CommandExample

set_target = SetTarget(
    originator_id=TARGET_ID,
    unit=UNIT,
    metric="service_level",
    definition="sl3",
    where="queue=motor,line=motor_commercial",
    period_start=date(2026, 3, 1),
    period_end=date(2026, 4, 1),
    target=Decimal("0.8"),
    challenge=Decimal("0.85"),
    direction="higher",
)
publish = PublishTarget(
    originator_id=TARGET_ID,
    unit=UNIT,
    metric="service_level",
    definition="sl3",
    where="queue=motor,line=motor_commercial",
    period_start=date(2026, 2, 1),
    period_end=date(2026, 3, 1),
    value=Decimal("0.831"),
    who="headquarters",
    rank=3,
    of=31,
)

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=set_target),
    CommandExample(command=publish),
)
