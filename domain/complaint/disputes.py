"""Decisions on who answers for a complaint: stages, attribution, appeal, arbitration, penalty."""

from msgspec.structs import replace

from domain.checks import check_choice
from domain.complaint.commands import (
    AppealComplaintLiability,
    ArbitrateComplaint,
    AttributeComplaintLiability,
    ImposeComplaintPenalty,
    MeasureComplaintStage,
)
from domain.complaint.events import ComplaintLiabilityAttributed
from domain.complaint.guards import check_filed, rules_day
from domain.complaint.liability import LIABILITY_RULES, WHOLE, PartyShare, Stage
from domain.complaint.refusals import (
    AppealToldOtherwise,
    AttributionInForce,
    AttributionNotInForce,
    NobodyIsLiable,
    NoOpenAppeal,
    NothingToReplace,
    PenaltyNotPositive,
    ReplacementIsElsewhere,
    SharesDoNotMakeAWhole,
    StageIsUnmeasured,
    UnknownParty,
)
from domain.complaint.state import OVERTURNED, Attribution, Complaint, evolve
from domain.envelope import Event
from domain.telling import CARRIED, Command, Situation, tell, tell_as, tell_unless

JUDGED = "judged"


def measure_stage(
    complaint: Complaint, command: MeasureComplaintStage, situation: Situation
) -> tuple[Event, ...]:
    """Measure one stage of the late shipment; measured again, it replaces."""
    check_filed(complaint, command)
    check_party(complaint, command, command.party, situation)
    if command.actual_ms is None and command.ended_at is None:
        raise StageIsUnmeasured(originator_id=command.originator_id, stage=command.stage)
    stage = Stage(**{name: getattr(command, name) for name in Stage.__struct_fields__})
    return tell_unless(stage in complaint.stages, command, now=situation.now)


def attribute_liability(
    complaint: Complaint, command: AttributeComplaintLiability, situation: Situation
) -> tuple[Event, ...]:
    """Say who answers: one event per party, all of one id and moment."""
    check_filed(complaint, command)
    ruled = with_shares(complaint, command, situation)
    shares = check_whole(ruled)
    for share in shares:
        check_party(complaint, command, share.party, situation)
    known = {attribution.attribution_id: attribution for attribution in complaint.attributions}
    in_force = complaint.attribution_in_force
    if ruled.attribution_id in known and known[ruled.attribution_id].shares == shares:
        return ()
    if in_force or ruled.attribution_id in known:
        raise AttributionInForce(
            originator_id=ruled.originator_id,
            attribution_id=ruled.attribution_id,
            in_force=(in_force or known[ruled.attribution_id]).attribution_id,
        )
    return tuple(_attributed(ruled, share, situation) for share in shares)


def with_shares(
    complaint: Complaint, command: AttributeComplaintLiability, situation: Situation
) -> AttributeComplaintLiability:
    """Fill in the shares by the liability rule of the day of filing, where the command names none."""
    if command.shares is not None:
        return replace(command, rule=command.rule or JUDGED)
    rule = situation.rules.liability_rule(on=rules_day(complaint, situation))
    liable = LIABILITY_RULES[rule](complaint.stages)
    if liable is None:
        raise NobodyIsLiable(originator_id=command.originator_id, rule=rule)
    return replace(command, shares=(PartyShare(party=liable.stage.party, share=WHOLE),), rule=rule)


def check_whole(command: AttributeComplaintLiability) -> tuple[PartyShare, ...]:
    """Refuse shares that do not sum to the whole, are not positive, or name a party twice."""
    shares = command.shares or ()
    parties = {share.party for share in shares}
    is_whole = sum(share.share for share in shares) == WHOLE and all(part.share > 0 for part in shares)
    if not is_whole or len(parties) < len(shares):
        raise SharesDoNotMakeAWhole(
            originator_id=command.originator_id, attribution_id=command.attribution_id, shares=shares
        )
    return shares


def check_party(complaint: Complaint, command: Command, party: str, situation: Situation) -> None:
    """Refuse a party that answers for no complaint of this organisation."""
    known = situation.rules.liable_parties(on=rules_day(complaint, situation))
    if party not in known:
        raise UnknownParty(originator_id=command.originator_id, party=party, known=tuple(sorted(known)))


def appeal(
    complaint: Complaint, command: AppealComplaintLiability, situation: Situation
) -> tuple[Event, ...]:
    """Ask for an attribution in force to be changed."""
    check_filed(complaint, command)
    known = {appeal.appeal_id: appeal for appeal in complaint.appeals}
    if command.appeal_id in known:
        if known[command.appeal_id].attribution_id != command.attribution_id:
            raise AppealToldOtherwise(originator_id=command.originator_id, appeal_id=command.appeal_id)
        return ()
    if not any(_is_in_force(attribution, command) for attribution in complaint.attributions):
        raise AttributionNotInForce(
            originator_id=command.originator_id, attribution_id=command.attribution_id
        )
    return (tell(command, now=situation.now),)


def arbitrate(complaint: Complaint, command: ArbitrateComplaint, situation: Situation) -> tuple[Event, ...]:
    """Record a ruling: an arbitration that overturns replaces the attribution, a regulator changes none."""
    check_filed(complaint, command)
    check_choice(command, field="by", known=("arbitration", "regulator"))
    told = tell(command, now=situation.now)
    if command.by == "arbitration":
        check_choice(command, field="outcome", known=(OVERTURNED, "upheld"))
        check_open_appeal(complaint, command)
    if command.replacement is None:
        return (told,)
    return (told, *_replaced(evolve(complaint, told), command, command.replacement, situation))


def check_open_appeal(complaint: Complaint, command: ArbitrateComplaint) -> None:
    """Refuse to arbitrate where nobody appealed, or the appeal is decided."""
    if not any(known.appeal_id == command.appeal_id and not known.decided for known in complaint.appeals):
        raise NoOpenAppeal(originator_id=command.originator_id, appeal_id=command.appeal_id)


def impose_penalty(
    complaint: Complaint, command: ImposeComplaintPenalty, situation: Situation
) -> tuple[Event, ...]:
    """Impose a penalty in yuan."""
    check_filed(complaint, command)
    if command.amount <= 0:
        raise PenaltyNotPositive(originator_id=command.originator_id, amount=command.amount)
    return (tell(command, now=situation.now),)


def _attributed(command: AttributeComplaintLiability, share: PartyShare, situation: Situation) -> Event:
    return tell_as(
        ComplaintLiabilityAttributed,
        command,
        now=situation.now,
        attribution_id=command.attribution_id,
        party=share.party,
        share=share.share,
        rule=command.rule,
    )


def _replaced(
    complaint: Complaint,
    command: ArbitrateComplaint,
    replacement: AttributeComplaintLiability,
    situation: Situation,
) -> tuple[Event, ...]:
    if command.by != "arbitration" or command.outcome != OVERTURNED:
        raise NothingToReplace(originator_id=command.originator_id, by=command.by, outcome=command.outcome)
    carried = {name: getattr(command, name) for name in ("occurred_at", *CARRIED)}
    told = attribute_liability(complaint, replace(replacement, **carried), situation)
    if not told or replacement.originator_id != command.originator_id:
        raise ReplacementIsElsewhere(
            originator_id=command.originator_id, replacement=replacement.originator_id
        )
    return told


def _is_in_force(attribution: Attribution, command: AppealComplaintLiability) -> bool:
    return attribution.in_force and attribution.attribution_id == command.attribution_id
