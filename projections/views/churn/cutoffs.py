"""At which days' ends examples are taken: those asked for, or the latest whose windows are known."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from projections.metrics.source import FactSource
from projections.views.churn.examples import labelling
from projections.views.churn.labels import TICK, Labelling, Window

CUTOFFS = 4
"""How many cutoffs are taken where none is named."""


def windows_of(
    by: Labelling, cutoffs: Sequence[date] | None, *, gap_days: int, horizon_days: int
) -> tuple[Window, ...]:
    """The windows of the cutoffs, ascending; without cutoffs the latest four whose windows do not overlap.

    The last of those is over at the labelling moment, and told of to its end; none where nothing is told.
    """
    days = latest_cutoffs(by, gap_days=gap_days, horizon_days=horizon_days) if cutoffs is None else cutoffs
    zone = by.told.reading.zone
    return tuple(
        Window(cutoff=day, gap_days=gap_days, horizon_days=horizon_days, zone=zone)
        for day in sorted(set(days))
    )


def latest_cutoffs(by: Labelling, *, gap_days: int, horizon_days: int) -> list[date]:
    """The latest cutoffs, a horizon apart, after the first registration."""
    until, first = by.known_until, by.customers["registered_at"].min()
    if until is None or not isinstance(first, datetime):
        return []
    zone = by.told.reading.zone
    last_known = min(by.at, until + TICK).astimezone(zone).date()
    last = last_known - timedelta(days=1 + gap_days + horizon_days)
    steps = [last - timedelta(days=step * horizon_days) for step in range(CUTOFFS)]
    return [day for day in steps if day >= first.astimezone(zone).date()]


def as_seen_at(source: FactSource, asked: Window, *, position: int) -> Labelling:
    """The labelling moment of somebody who learns at a cutoff, and knows nothing that came after it."""
    return labelling(source, at=asked.cut_at, position=position)
