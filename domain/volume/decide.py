"""Decisions on a volume: recorded period by period, of one measure with one set of dimension values."""

from dataclasses import dataclass
from typing import cast

from domain.checks import at_period_end, check_period
from domain.envelope import Event
from domain.errors import DomainError
from domain.telling import Command, Situation, tell_unless
from domain.volume.commands import RecordVolume
from domain.volume.state import Dimensions, Volume, dimensions_of


@dataclass(kw_only=True)
class OtherVolume(DomainError):
    """A volume stream is one measure with one set of dimension values."""

    originator_id: str
    asked: Dimensions
    known: Dimensions


def decide(volume: Volume, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return record(volume, cast("RecordVolume", command), situation)


def record(volume: Volume, command: RecordVolume, situation: Situation) -> tuple[Event, ...]:
    """Record the value of a period, which happens at the period's last microsecond; again, it replaces."""
    period = (command.period_start, command.period_end)
    check_period(command.originator_id, period_start=period[0], period_end=period[1])
    asked = dimensions_of(command)
    if volume.dimensions is not None and volume.dimensions != asked:
        raise OtherVolume(originator_id=command.originator_id, asked=asked, known=volume.dimensions)
    dated = at_period_end(command, command.period_end, situation)
    return tell_unless(volume.values.get(period) == command.value, dated, now=situation.now)
