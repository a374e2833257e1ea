"""Inspections of units and partners, as the clerk writes them."""

from typing import Any

from domain.envelope import Event, short_id
from tests.projections.oracle.clerk import Clerk, Key, at, fields

SAID = ("kind", "points", "out_of", "subject_id", "agent_id")


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _of_unit(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    whose = short_id(told.originator_id) if told else None
    return {"unit": whose, **fields(told, *SAID), "inspected_at": at(told)}


def _of_partner(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    whose = short_id(told.originator_id) if told else None
    return {"partner_id": whose, **fields(told, "unit", *SAID), "inspected_at": at(told)}


UNIT_INSPECTIONS = Clerk(
    name="unit_inspections",
    keys=("inspected_unit", "version"),
    topics=("unit.inspected",),
    key=_telling_key,
    columns=_of_unit,
)
PARTNER_INSPECTIONS = Clerk(
    name="partner_inspections",
    keys=("inspected_partner", "version"),
    topics=("partner.inspected",),
    key=_telling_key,
    columns=_of_partner,
)
