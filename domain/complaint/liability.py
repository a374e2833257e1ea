"""Who answers for a late shipment: four readings of the rule, and how shares are split exactly."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from domain.organisation.rule_bodies import LiabilityRule

WHOLE = 1_000_000


class PartyShare(NamedTuple):
    """One party's part of an attribution, in parts per million."""

    party: str
    share: int


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a shipment: its standard and own duration, or when it was due and when it ended."""

    stage: str
    ordinal: int
    party: str
    standard_ms: int | None = None
    actual_ms: int | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None


class Overrun(NamedTuple):
    """How far a stage ran over; negative where it was within its standard."""

    stage: Stage
    over: timedelta


def own_overrun(stages: Iterable[Stage]) -> Overrun | None:
    """Blame the largest own overrun, even if negative; of equals the later stage.

    A stage's own overrun is its duration minus its standard; where the source gives no durations, they are
    the differences of consecutive times, so that the first stage is no candidate. No standard, no candidate.
    """
    return max(own_overruns(stages), key=lambda overrun: (overrun.over, overrun.stage.ordinal), default=None)


def positive_overrun(stages: Iterable[Stage]) -> Overrun | None:
    """Blame the largest own overrun if it is positive, else nobody (the old rule)."""
    largest = own_overrun(stages)
    return largest if largest and largest.over > timedelta() else None


def against_clock(stages: Iterable[Stage]) -> Overrun | None:
    """Blame the stage that ended latest against its due time; nobody if none is late."""
    return max(delays(stages), key=lambda delay: (delay.over, delay.stage.ordinal), default=None)


def first_late(stages: Iterable[Stage]) -> Overrun | None:
    """Blame the first stage past its due time; nobody if none is late."""
    return next(iter(delays(stages)), None)


LIABILITY_RULES: dict[LiabilityRule, Callable[[Iterable[Stage]], Overrun | None]] = {
    "own_overrun": own_overrun,
    "positive_overrun": positive_overrun,
    "against_clock": against_clock,
    "first_late": first_late,
}


def own_overruns(stages: Iterable[Stage]) -> list[Overrun]:
    """List the candidates of the own-overrun rules with their overruns, in order of stages."""
    in_order = _in_order(stages)
    pairs = zip([None, *in_order], in_order, strict=False)
    overruns = (_measured_overrun(stage) or _derived_overrun(before, stage) for before, stage in pairs)
    return [overrun for overrun in overruns if overrun]


def delays(stages: Iterable[Stage]) -> list[Overrun]:
    """List the stages that ended past their due time, in order, with how late they were."""
    delays = [
        Overrun(stage, stage.ended_at - stage.due_at)
        for stage in _in_order(stages)
        if stage.ended_at and stage.due_at
    ]
    return [delay for delay in delays if delay.over > timedelta()]


def split_shares(weights: Sequence[int]) -> tuple[int, ...]:
    """Split the whole (1,000,000 ppm) by weights, exactly: the remainder goes to the (first) largest.

    Raises ValueError unless the weights are zero or more and at least one is positive.
    """
    if not weights or min(weights) < 0 or not any(weights):
        raise ValueError(f"nothing can be split by the weights {list(weights)!r}")
    shares = [weight * WHOLE // sum(weights) for weight in weights]
    largest = weights.index(max(weights))
    shares[largest] += WHOLE - sum(shares)
    return tuple(shares)


def _in_order(stages: Iterable[Stage]) -> list[Stage]:
    return sorted(stages, key=lambda stage: stage.ordinal)


def _measured_overrun(stage: Stage) -> Overrun | None:
    if stage.actual_ms is None or stage.standard_ms is None:
        return None
    return Overrun(stage, timedelta(milliseconds=stage.actual_ms - stage.standard_ms))


def _derived_overrun(before: Stage | None, stage: Stage) -> Overrun | None:
    if before is None or stage.actual_ms is not None:
        return None
    own = _own_time(before.ended_at, stage.ended_at)
    standard = _own_standard(before, stage)
    return None if own is None or standard is None else Overrun(stage, own - standard)


def _own_standard(before: Stage, stage: Stage) -> timedelta | None:
    if stage.standard_ms is not None:
        return timedelta(milliseconds=stage.standard_ms)
    return _own_time(before.due_at, stage.due_at)


def _own_time(before: datetime | None, after: datetime | None) -> timedelta | None:
    return after - before if before and after else None
