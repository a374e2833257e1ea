"""Targets and published figures, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, field, fields, latest


def _target(events: list[Event]) -> dict[str, Any]:
    told = latest(events, "target.set")
    return {
        **fields(told, "metric", "definition", "unit", "challenge", "direction"),
        "narrowed_to": field(told, "where"),
        "value": field(told, "target"),
        "set_at": at(told),
    }


def _target_key(event: Event) -> Key:
    return (event.originator_id, field(event, "period_start"), field(event, "period_end"))


def _figure(events: list[Event]) -> dict[str, Any]:
    told = latest(events, "target.published")
    return {
        **fields(told, "metric", "definition", "unit", "value", "rank", "of"),
        "narrowed_to": field(told, "where"),
        "published_at": at(told),
    }


def _figure_key(event: Event) -> Key:
    return (*_target_key(event), field(event, "who"))


TARGETS = Clerk(
    name="targets",
    keys=("target", "period_start", "period_end"),
    topics=("target.set",),
    key=_target_key,
    columns=_target,
)

PUBLISHED_FIGURES = Clerk(
    name="published_figures",
    keys=("target", "period_start", "period_end", "who"),
    topics=("target.published",),
    key=_figure_key,
    columns=_figure,
)
