"""Who answers for a complaint, as the clerk writes it while reading one complaint's events in order."""

from typing import Any

from domain.complaint.events import (
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintFiled,
    ComplaintLiabilityAttributed,
)
from domain.envelope import Event
from tests.projections.oracle.clerk import Key, StreamClerk, at, fields

LIABILITY_TOPICS = (
    "complaint.filed",
    "complaint.liability_attributed",
    "complaint.appealed",
    "complaint.arbitrated",
)
ABOUT = (
    "kind",
    "channel",
    "category",
    "subcategory",
    "line",
    "product",
    "unit",
    "tier",
    "customer_id",
)
COLUMNS = (
    "share",
    "rule",
    "attributed_at",
    "is_lead",
    "in_force",
    "appealed_at",
    "arbitrated_at",
    "arbitration_outcome",
    "filed_at",
    *ABOUT,
)


def liable_parties(events: list[Event]) -> list[Key]:
    """Name the rows, in order of telling."""
    attributed = [event for event in events if isinstance(event, ComplaintLiabilityAttributed)]
    return list(dict.fromkeys((event.attribution_id, event.party) for event in attributed))


def liability_rows(events: list[Event]) -> dict[Key, dict[str, Any]]:
    """Read the live events of one complaint, sorted by happening, and write its rows."""
    filed = next((event for event in events if isinstance(event, ComplaintFiled)), None)
    rows: dict[Key, dict[str, Any]] = {
        party: {
            **dict.fromkeys(COLUMNS),
            **fields(filed, *ABOUT),
            "filed_at": at(filed),
        }
        for party in liable_parties(events)
    }
    appeals = [event for event in events if isinstance(event, ComplaintAppealed)]
    attribution_of = {event.appeal_id: event.attribution_id for event in reversed(appeals)}
    for event in events:
        match event:
            case ComplaintLiabilityAttributed():
                _attribute(rows, event)
            case ComplaintAppealed():
                _appeal(rows, event)
            case ComplaintArbitrated(by="arbitration") if event.appeal_id in attribution_of:
                _arbitrate(rows, event, attribution_id=attribution_of[event.appeal_id])
    for attribution_id in {name for name, _ in rows}:
        _name_lead({party: row for (name, party), row in rows.items() if name == attribution_id})
    return rows


def _attribute(rows: dict[Key, dict[str, Any]], event: ComplaintLiabilityAttributed) -> None:
    """The first telling says the share; any puts it in force and every earlier attribution out of it."""
    for (name, _), other in rows.items():
        if name != event.attribution_id and other["attributed_at"] is not None:
            other["in_force"] = False
    row = rows[(event.attribution_id, event.party)]
    row["in_force"] = True
    if row["attributed_at"] is None:
        row.update(share=event.share, rule=event.rule, attributed_at=event.occurred_at)


def _appeal(rows: dict[Key, dict[str, Any]], event: ComplaintAppealed) -> None:
    for (name, _), row in rows.items():
        if name == event.attribution_id and row["appealed_at"] is None:
            row["appealed_at"] = event.occurred_at


def _arbitrate(rows: dict[Key, dict[str, Any]], event: ComplaintArbitrated, *, attribution_id: str) -> None:
    for (name, _), row in rows.items():
        if name == attribution_id:
            row.update(arbitrated_at=event.occurred_at, arbitration_outcome=event.outcome)
            if event.outcome == "overturned":
                row["in_force"] = False


def _name_lead(parties: dict[str, dict[str, Any]]) -> None:
    """The largest share leads; of equals the first by name."""
    lead = min(parties, key=lambda party: (-parties[party]["share"], party))
    for party, row in parties.items():
        row["is_lead"] = party == lead


COMPLAINT_LIABILITIES = StreamClerk(
    name="complaint_liabilities",
    keys=("complaint", "attribution_id", "party"),
    topics=LIABILITY_TOPICS,
    rows=liability_rows,
)
