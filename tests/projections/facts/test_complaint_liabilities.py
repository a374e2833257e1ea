"""Who answers for a complaint after appeals, rulings, later attributions and voids, by example."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.complaint.events import ComplaintAppealed, ComplaintArbitrated, ComplaintLiabilityAttributed
from domain.envelope import Event
from domain.event import EventVoided
from projections.facts import SPECS
from projections.facts.refold import refold
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged
from tests.projections.oracle import recount

LIABILITIES = SPECS["complaint_liabilities"]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Telling = tuple[type[Event], dict[str, Any]]


def attributed(attribution_id: str, party: str, share: int) -> Telling:
    values = {"attribution_id": attribution_id, "party": party, "share": share, "rule": "own_overrun"}
    return ComplaintLiabilityAttributed, values


def arbitrated(outcome: str, *, by: str = "arbitration", appeal_id: str | None = "p1") -> Telling:
    return ComplaintArbitrated, {"by": by, "outcome": outcome, "appeal_id": appeal_id}


def voided(version: int) -> Telling:
    return EventVoided, {"topic": "of no matter", "version": version, "reason": "entered_wrongly"}


ALONE = attributed("a1", "sales", 1_000_000)
SHARED = (attributed("a1", "sales", 400_000), attributed("a1", "operations", 600_000))
APPEALED: Telling = (ComplaintAppealed, {"appeal_id": "p1", "attribution_id": "a1", "by": "sales"})
SECOND = attributed("a2", "group", 1_000_000)

CASES: dict[str, tuple[tuple[Telling, ...], dict[tuple[str, str], tuple[bool, bool]]]] = {
    "the largest share leads": (SHARED, {("a1", "sales"): (True, False), ("a1", "operations"): (True, True)}),
    "of equal shares the first by name leads": (
        (attributed("a1", "sales", 500_000), attributed("a1", "group", 500_000)),
        {("a1", "sales"): (True, False), ("a1", "group"): (True, True)},
    ),
    "an appeal alone changes nothing": ((ALONE, APPEALED), {("a1", "sales"): (True, True)}),
    "an attribution that is upheld stands": (
        (ALONE, APPEALED, arbitrated("upheld")),
        {("a1", "sales"): (True, True)},
    ),
    "an attribution that is overturned falls with all its parties": (
        (*SHARED, APPEALED, arbitrated("overturned")),
        {("a1", "sales"): (False, False), ("a1", "operations"): (False, True)},
    ),
    "a regulator's ruling changes no attribution": (
        (ALONE, APPEALED, arbitrated("overturned", by="regulator")),
        {("a1", "sales"): (True, True)},
    ),
    "an arbitration of no appeal changes nothing": (
        (ALONE, APPEALED, arbitrated("overturned", appeal_id=None)),
        {("a1", "sales"): (True, True)},
    ),
    "a later attribution replaces the one before, and both stay on record": (
        (ALONE, SECOND),
        {("a1", "sales"): (False, True), ("a2", "group"): (True, True)},
    ),
    "a voided arbitration overturned nothing": (
        (ALONE, APPEALED, arbitrated("overturned"), voided(3)),
        {("a1", "sales"): (True, True)},
    ),
}


def log_of(tellings: tuple[Telling, ...]) -> list[Logged]:
    return [
        Logged(
            n,
            event_class(
                originator_id="complaint-x:1",
                originator_version=n,
                occurred_at=NOON + timedelta(minutes=n),
                recorded_at=NOON + timedelta(days=1, minutes=n),
                source="acd",
                **values,
            ),
        )
        for n, (event_class, values) in enumerate(tellings, start=1)
    ]


@pytest.mark.parametrize("case", CASES)
def test_who_answers_and_who_leads(case: str) -> None:
    tellings, expected = CASES[case]
    log = log_of(tellings)
    rows = refold(LIABILITIES, events_of(log, LIABILITIES)).to_dicts()
    clerk = recount(log)["complaint_liabilities"].values()
    for judged in (rows, clerk):
        stands = {(row["attribution_id"], row["party"]): (row["in_force"], row["is_lead"]) for row in judged}
        assert stands == expected


def test_a_voided_attribution_gives_the_earlier_one_back_and_stays_on_record() -> None:
    log = log_of((ALONE, SECOND, voided(2)))
    rows = {row["attribution_id"]: row for row in refold(LIABILITIES, events_of(log, LIABILITIES)).to_dicts()}
    assert (rows["a1"]["in_force"], rows["a1"]["voided"]) == (True, False)
    assert (rows["a2"]["in_force"], rows["a2"]["voided"]) == (None, True)
