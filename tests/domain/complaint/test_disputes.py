"""Who answers for a complaint: attributed as a whole, appealed, arbitrated, replaced; both stay on record."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.complaint.commands import (
    ArbitrateComplaint,
)
from domain.complaint.liability import PartyShare
from domain.complaint.refusals import (
    AppealToldOtherwise,
    AttributionInForce,
    AttributionNotInForce,
    ComplaintNotFiled,
    NobodyIsLiable,
    NoOpenAppeal,
    NothingToReplace,
    PenaltyNotPositive,
    ReplacementIsElsewhere,
    SharesDoNotMakeAWhole,
    StageIsUnmeasured,
    UnknownParty,
)
from domain.complaint.state import Complaint, evolve
from domain.folding import fold_live
from domain.streams import COMPLAINT
from domain.telling import Command
from tests.domain.complaint.examples import HOUR_MS, appeal, operations, penalty, stage, uphold
from tests.examples import COMPLAINT_ID, CUSTOMER, NOW, YESTERDAY, filed, rule
from tests.given import Given, given, said

both = replace(
    operations,
    attribution_id="a2",
    shares=(PartyShare("operations", 333_333), PartyShare("sales", 666_667)),
    rule="arbitration",
)
overturn = ArbitrateComplaint(
    originator_id=COMPLAINT_ID, appeal_id="p1", by="arbitration", outcome="overturned", replacement=both
)
ruling = ArbitrateComplaint(originator_id=COMPLAINT_ID, by="regulator", outcome="overturned")
hub = replace(stage, stage="hub", ordinal=4, party="operations", actual_ms=30 * HOUR_MS)


def complaint_after(story: Given) -> Complaint:
    return fold_live(story.events, initial=Complaint(), evolve=evolve)


def test_attributed_one_event_per_party_of_one_id_and_moment() -> None:
    told = given(COMPLAINT, filed).when(both)
    assert said(told) == [
        (
            "complaint.liability_attributed",
            {"attribution_id": "a2", "party": "operations", "share": 333_333, "rule": "arbitration"},
        ),
        (
            "complaint.liability_attributed",
            {"attribution_id": "a2", "party": "sales", "share": 666_667, "rule": "arbitration"},
        ),
    ]
    assert {event.occurred_at for event in told} == {NOW}


def test_attributed_without_a_rule_is_called_judged() -> None:
    assert said(given(COMPLAINT, filed).when(operations))[0][1]["rule"] == "judged"


def test_attributed_by_the_rule_in_force_where_no_shares_are_named() -> None:
    by_rule = replace(operations, shares=None)
    assert said(given(COMPLAINT, filed).and_(stage).and_(hub).when(by_rule)) == [
        (
            "complaint.liability_attributed",
            {"attribution_id": "a1", "party": "operations", "share": 1_000_000, "rule": "own_overrun"},
        )
    ]


def test_attributed_by_the_rule_of_the_day_of_filing() -> None:
    old = rule("liability", "late_shipment", '"positive_overrun"')
    new = rule("liability", "late_shipment", '"own_overrun"', valid_from=NOW.date())
    story = given(COMPLAINT, filed).under(old, new).and_(stage)
    refused = story.when_refused(replace(operations, shares=None), NobodyIsLiable)
    assert refused.rule == "positive_overrun"


def test_attributed_again_the_same_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(both).when(both) == ()


@pytest.mark.parametrize(
    "shares",
    [
        (),
        (PartyShare("operations", 999_999),),
        (PartyShare("operations", 1_000_001),),
        (PartyShare("operations", 500_000), PartyShare("operations", 500_000)),
        (PartyShare("operations", 1_000_000), PartyShare("sales", 0)),
    ],
)
def test_refused_shares_that_do_not_make_a_whole(shares: tuple[PartyShare, ...]) -> None:
    refused = given(COMPLAINT, filed).when_refused(replace(operations, shares=shares), SharesDoNotMakeAWhole)
    assert refused.shares == shares


def test_refused_a_party_that_answers_for_nothing() -> None:
    weather = (PartyShare("operations", 500_000), PartyShare("weather", 500_000))
    refused = given(COMPLAINT, filed).when_refused(replace(operations, shares=weather), UnknownParty)
    assert (refused.party, refused.known) == ("weather", ("group", "operations", "sales"))
    given(COMPLAINT, filed).when_refused(replace(stage, party="weather"), UnknownParty)


def test_attributed_to_a_party_that_the_organisation_names() -> None:
    insurer = rule("liable_parties", "liable_parties", '["claims","sales"]')
    story = given(COMPLAINT, filed).under(insurer)
    assert story.when(replace(operations, shares=(PartyShare("claims", 1_000_000),)))
    assert story.when_refused(operations, UnknownParty).known == ("claims", "sales")


def test_refused_a_second_attribution_while_one_is_in_force() -> None:
    assert given(COMPLAINT, filed).and_(operations).when_refused(both, AttributionInForce).in_force == "a1"


def test_refused_an_attribution_id_that_was_used_for_other_shares() -> None:
    fallen = given(COMPLAINT, filed).and_(operations).and_(appeal).and_(replace(overturn, replacement=None))
    again = replace(operations, shares=(PartyShare("sales", 1_000_000),))
    fallen.when_refused(again, AttributionInForce)


def test_appealed() -> None:
    assert said(given(COMPLAINT, filed).and_(operations).when(appeal)) == [
        ("complaint.appealed", {"appeal_id": "p1", "attribution_id": "a1", "by": "operations"})
    ]


def test_appealed_twice_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(operations).and_(appeal).when(appeal) == ()


def test_refused_an_appeal_of_another_attribution_under_the_same_id() -> None:
    story = given(COMPLAINT, filed).and_(operations).and_(appeal)
    story.when_refused(replace(appeal, attribution_id="a2"), AppealToldOtherwise)


def test_refused_to_appeal_what_is_not_in_force() -> None:
    given(COMPLAINT, filed).when_refused(appeal, AttributionNotInForce)
    replaced = given(COMPLAINT, filed).and_(operations).and_(appeal).and_(overturn)
    replaced.when_refused(replace(appeal, appeal_id="p2"), AttributionNotInForce)


def test_overturned_the_attribution_is_replaced_and_both_stay_on_record() -> None:
    story = given(COMPLAINT, filed).and_(operations).and_(appeal)
    assert [topic for topic, _ in said(story.when(overturn))] == [
        "complaint.arbitrated",
        "complaint.liability_attributed",
        "complaint.liability_attributed",
    ]
    attributions = complaint_after(story.and_(overturn)).attributions
    assert [(known.attribution_id, known.in_force) for known in attributions] == [("a1", False), ("a2", True)]
    assert attributions[1].shares == both.shares


def test_the_replacement_carries_the_moment_and_envelope_of_the_ruling() -> None:
    dated = replace(overturn, occurred_at=YESTERDAY, customer_id=CUSTOMER)
    told = given(COMPLAINT, filed).and_(operations).and_(appeal).when(dated)
    assert {(event.occurred_at, event.customer_id) for event in told} == {(YESTERDAY, CUSTOMER)}


def test_overturned_without_a_replacement_nobody_answers_until_a_new_attribution() -> None:
    story = given(COMPLAINT, filed).and_(operations).and_(appeal).and_(replace(overturn, replacement=None))
    assert complaint_after(story).attribution_in_force is None
    assert story.when(both)


def test_upheld_the_attribution_stays() -> None:
    story = given(COMPLAINT, filed).and_(operations).and_(appeal).and_(uphold)
    in_force = complaint_after(story).attribution_in_force
    assert in_force is not None
    assert in_force.attribution_id == "a1"


def test_a_regulators_ruling_changes_no_attribution() -> None:
    story = given(COMPLAINT, filed).and_(operations)
    ruled = story.and_(ruling)
    assert said(ruled.events[-1:]) == [("complaint.arbitrated", {"by": "regulator", "outcome": "overturned"})]
    assert complaint_after(ruled).attributions == complaint_after(story).attributions


def test_refused_to_replace_by_a_regulators_ruling() -> None:
    story = given(COMPLAINT, filed).and_(operations)
    assert story.when_refused(replace(ruling, replacement=both), NothingToReplace).by == "regulator"


def test_refused_to_replace_what_was_upheld() -> None:
    story = given(COMPLAINT, filed).and_(operations).and_(appeal)
    story.when_refused(replace(uphold, replacement=both), NothingToReplace)


def test_refused_a_replacement_of_another_complaint() -> None:
    elsewhere = replace(overturn, replacement=replace(both, originator_id="complaint-desk:other"))
    story = given(COMPLAINT, filed).and_(operations).and_(appeal)
    assert story.when_refused(elsewhere, ReplacementIsElsewhere).replacement == "complaint-desk:other"


def test_refused_to_arbitrate_without_an_appeal() -> None:
    given(COMPLAINT, filed).and_(operations).when_refused(uphold, NoOpenAppeal)


def test_refused_to_arbitrate_twice() -> None:
    decided = given(COMPLAINT, filed).and_(operations).and_(appeal).and_(uphold)
    assert decided.when_refused(overturn, NoOpenAppeal).appeal_id == "p1"


@pytest.mark.parametrize("command", [replace(uphold, by="a friend"), replace(uphold, outcome="maybe")])
def test_refused_an_unknown_ruling(command: ArbitrateComplaint) -> None:
    given(COMPLAINT, filed).and_(operations).and_(appeal).when_refused(command, UnknownChoice)


def test_measured() -> None:
    assert said(given(COMPLAINT, filed).when(stage)) == [
        (
            "complaint.stage_measured",
            {
                "stage": "linehaul",
                "ordinal": 3,
                "party": "group",
                "standard_ms": 23 * HOUR_MS,
                "actual_ms": 22 * HOUR_MS,
            },
        )
    ]


def test_measured_the_same_is_so_already() -> None:
    assert given(COMPLAINT, filed).and_(stage).when(stage) == ()


def test_measured_again_it_replaces() -> None:
    story = given(COMPLAINT, filed).and_(stage).and_(replace(stage, actual_ms=HOUR_MS))
    assert [known.actual_ms for known in complaint_after(story).stages] == [HOUR_MS]


def test_refused_a_stage_without_duration_or_end() -> None:
    given(COMPLAINT, filed).when_refused(replace(stage, actual_ms=None), StageIsUnmeasured)


def test_penalty_imposed_each_time() -> None:
    assert said(given(COMPLAINT, filed).and_(penalty).when(penalty)) == [
        ("complaint.penalty_imposed", {"amount": Decimal(200), "enforced": True})
    ]


def test_refused_a_penalty_of_nothing() -> None:
    given(COMPLAINT, filed).when_refused(replace(penalty, amount=Decimal(0)), PenaltyNotPositive)


@pytest.mark.parametrize(
    "command", [operations, appeal, uphold, stage, penalty], ids=lambda command: type(command).__name__
)
def test_refused_before_the_filing(command: Command) -> None:
    given(COMPLAINT).when_refused(command, ComplaintNotFiled)
