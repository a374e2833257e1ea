"""The ladder of the unit that resolves a complaint, and where the complaint stands on it."""

from collections.abc import Iterable

from msgspec.structs import replace

from domain.complaint.guards import rules_day
from domain.complaint.state import Complaint
from domain.organisation.rule_bodies import Ladder
from domain.telling import Command, Situation


def ladder_of(complaint: Complaint, situation: Situation) -> Ladder | None:
    """Find the ladder of the unit that resolves the complaint, as it stood when the complaint was filed."""
    return situation.rules.ladder_of(unit_kind(complaint, situation), on=rules_day(complaint, situation))


def unit_kind(complaint: Complaint, situation: Situation) -> str | None:
    """Find the kind (function) of the resolving unit; None where it is not known."""
    unit = situation.others.get(f"unit-{complaint.with_unit}")
    return unit.kind if unit else None


def resolving_unit(complaint: Complaint, _: Command) -> tuple[str, ...]:
    """Name the stream of the unit that resolves the complaint."""
    return () if complaint.with_unit is None else (f"unit-{complaint.with_unit}",)


def height_of(level: str | None, *, ladder: Ladder) -> int:
    """Say how far up a ladder a level is: 0 the lowest; -1 where nobody was asked yet or it is not on it."""
    return next((height for height, known in enumerate(ladder.levels) if known == level), -1)


def level_above(level: str | None, *, ladder: Ladder) -> str | None:
    """Find the level above; above nobody is the resolving department's manager; above the top is None."""
    above = height_of(level, ladder=ladder) + 1
    return ladder.levels[above] if above < len(ladder.levels) else None


def on_ladder(complaint: Complaint, situation: Situation) -> Complaint:
    """Take the levels reached as levels of the ladder that the complaint is on now."""
    ladder = ladder_of(complaint, situation)
    if ladder is None:
        return complaint
    others = situation.rules.ladders(on=rules_day(complaint, situation))
    level = counterpart(complaint.level, ladder=ladder, others=others)
    if complaint.promise is None:
        return replace(complaint, level=level)
    by_level = counterpart(complaint.promise.by_level, ladder=ladder, others=others)
    return replace(complaint, level=level, promise=replace(complaint.promise, by_level=by_level))


def counterpart(level: str | None, *, ladder: Ladder, others: Iterable[Ladder]) -> str | None:
    """Find the level as high on this ladder as one is on its own, the top if that is higher."""
    if level is None or height_of(level, ladder=ladder) >= 0:
        return level
    height = max((height_of(level, ladder=other) for other in others), default=-1)
    return level if height < 0 else ladder.levels[: height + 1][-1]
