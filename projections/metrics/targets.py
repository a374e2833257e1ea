"""What an answer should have been, and what others printed of it, where period and group meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from domain.target.where import read_where
from projections.metrics.answer import cut_periods
from projections.metrics.answer_rows import Answer
from projections.metrics.definitions import definitions_of
from projections.metrics.derived_source import BoundReading
from projections.metrics.question import Asked, Question, check
from projections.metrics.source import FactSource

AIM = ("metric", "definition", "narrowed_to", "unit", "period_start", "period_end")
Group = tuple[tuple[str, str], ...]
Direction = Literal["higher", "lower"]


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A target for one period and group, and whether a value meets it."""

    target: Decimal
    challenge: Decimal | None
    direction: Direction
    position: int

    def is_met(self, value: float | None, *, bound: Decimal | None) -> bool | None:
        """Null where there is no value or no such bound; a bound reached exactly is met."""
        if value is None or bound is None:
            return None
        return value >= bound if self.direction == "higher" else value <= bound

    def attained(self, value: float | None) -> float | None:
        """value/target, or target/value where lower is better: 1 is just met, more is better."""
        above, below = (value, self.target) if self.direction == "higher" else (self.target, value)
        return None if above is None or not below else float(above) / float(below)


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A figure that somebody else printed, with its rank among how many."""

    who: str
    value: Decimal
    rank: int | None
    of: int | None

    def as_json(self) -> dict[str, Any]:
        return {"who": self.who, "value": float(self.value), "rank": self.rank, "of": self.of}


@dataclass(frozen=True, kw_only=True)
class Aimed:
    """Beside an answer: its target, if there is one, and the figures published of it."""

    answer: Answer
    aim: Aim | None
    published: tuple[Printed, ...]

    def as_json(self) -> dict[str, Any]:
        aim, value = self.aim, self.answer.value
        challenge = None if aim is None else aim.challenge
        return {
            "target": None if aim is None else float(aim.target),
            "met": None if aim is None else aim.is_met(value, bound=aim.target),
            "challenge": None if challenge is None else float(challenge),
            "challenge_met": None if aim is None else aim.is_met(value, bound=challenge),
            "attainment": None if aim is None else aim.attained(value),
            "published": [one.as_json() for one in self.published],
        }


def aimed(source: FactSource, question: Question, answers: Sequence[Answer], *, now: datetime) -> list[Aimed]:
    """Each answer with the target and the published figures of exactly its period and group.

    One that names no definition is of the metric's default. Targets are read as known at the question's
    moment; where two say something of the same, the one told last stands.
    """
    asked = check(question, zone=source.zone, now=now)
    targets = _told(source, asked, "targets", ("value", "challenge", "direction"))
    figures = _told(source, asked, "published_figures", ("value", "rank", "of"))
    return [_beside(asked, one, targets, figures) for one in answers]


def periods_aimed(source: FactSource, question: Question, *, now: datetime) -> list[tuple[date, date]]:
    """The periods for which the metric has any target at all, in order."""
    asked = check(question, zone=source.zone, now=now)
    told = _told(source, asked, "targets", ("value", "challenge", "direction"))
    return sorted({(row["period_start"], row["period_end"]) for row in told})


def _told(source: FactSource, asked: Asked, fact: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The targets or figures of the metric, in the order of telling."""
    reading = BoundReading(source, asked, cut_periods(asked))
    rows = reading.facts(fact, columns=(*AIM, *columns), equal={"metric": [asked.definition.metric]})
    return rows.filter(pl.col("value").is_not_null()).sort("last_position").to_dicts()


def _beside(asked: Asked, one: Answer, targets: list[dict[str, Any]], figures: list[dict[str, Any]]) -> Aimed:
    group = group_of(asked, one)
    mine = [row for row in targets if _is_of(row, one, group)]
    printed = {row["who"]: row for row in figures if _is_of(row, one, group)}
    return Aimed(
        answer=one,
        aim=_aim(mine[-1]) if mine else None,
        published=tuple(
            Printed(who=who, value=row["value"], rank=row["rank"], of=row["of"])
            for who, row in sorted(printed.items())
        ),
    )


def _aim(row: Mapping[str, Any]) -> Aim:
    return Aim(
        target=row["value"],
        challenge=row["challenge"],
        direction="lower" if row["direction"] == "lower" else "higher",
        position=row["last_position"],
    )


def group_of(asked: Asked, one: Answer) -> Group | None:
    """What an answer is narrowed to; None where it is of several values or of none, which no target is."""
    pairs: dict[str, str | None] = dict(one.by)
    for name, values in asked.question.where.items():
        if len(values) != 1:
            return None
        pairs.setdefault(name, values[0])
    named = {name: value for name, value in pairs.items() if value is not None}
    return tuple(sorted(named.items())) if len(named) == len(pairs) else None


def _is_of(row: Mapping[str, Any], one: Answer, group: Group | None) -> bool:
    definition = row["definition"] or definitions_of(one.metric)[0].id
    if group is None or definition != one.definition or not _is_for(row, one):
        return False
    return group == aim_group(row["narrowed_to"], unit=row["unit"])


def aim_group(narrowed_to: str | None, *, unit: str | None) -> Group | None:
    """What a target is narrowed to, its unit among it; None for what cannot be read."""
    try:
        pairs = dict(read_where(narrowed_to))
    except ValueError:
        return None
    return tuple(sorted({**pairs, **({"unit": unit} if unit else {})}.items()))


def _is_for(row: Mapping[str, Any], one: Answer) -> bool:
    return (row["period_start"], row["period_end"]) == (_day(one.period_start), _day(one.period_end))


def _day(at: date | datetime) -> date | None:
    """The local day that begins then; None for a time within a day."""
    return None if isinstance(at, datetime) else at
