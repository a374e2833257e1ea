"""An accepted example of every command on a partner, and the events that they stand on."""

from decimal import Decimal

from domain.partner import PartnerOnboarded
from domain.partner.commands import GradePartner, InspectPartner, OnboardPartner, RemovePartner
from tests.examples import PARTNER_ID, told
from tests.given import CommandExample

onboarded = told(PartnerOnboarded, kind="club", brand="观澜湖")

onboard = OnboardPartner(originator_id=PARTNER_ID, kind="club", brand="观澜湖")
grade = GradePartner(
    originator_id=PARTNER_ID, grade="double_high", cooperation=Decimal("92.5"), satisfaction=Decimal(95)
)
inspect = InspectPartner(
    originator_id=PARTNER_ID, kind="club_check", points=Decimal("87.5"), out_of=Decimal(100)
)
remove = RemovePartner(originator_id=PARTNER_ID, reason="complaints")

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=onboard),
    CommandExample(command=grade, given=(onboarded,)),
    CommandExample(command=inspect, given=(onboarded,), again="done"),
    CommandExample(command=remove, given=(onboarded,)),
)
