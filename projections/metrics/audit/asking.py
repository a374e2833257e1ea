"""What the facts say to one reading of a figure: an answer as exact numbers, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

import polars as pl

from projections.metrics.answer import answer
from projections.metrics.answer_rows import Answer
from projections.metrics.audit.printed import plain
from projections.metrics.definition import MetricDefinition
from projections.metrics.errors import EmptyPeriod, QuestionError
from projections.metrics.question import Question
from projections.metrics.source import FactSource

NOTHING_BELOW = "there is nothing to divide by"

Where = Mapping[str, tuple[str | None, ...]]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Both sides and the value, all null where there is no data; `lacks` says in words what is missing."""

    numerator: Fraction | None = None
    denominator: Fraction | None = None
    value: Fraction | None = None
    lacks: str = ""

    @property
    def how(self) -> str:
        if self.numerator is None:
            return "" if self.value is None else plain(self.value)
        above = plain(self.numerator)
        return above if self.denominator is None else f"{above} / {plain(self.denominator)}"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks a source as of one moment, each question once; `position` then says where all was read."""

    source: FactSource
    now: datetime
    as_of: datetime | None = None
    known_at: datetime | None = None
    position: int | None = None
    answers: dict[object, Taken] = field(default_factory=dict)
    positions: list[int] = field(default_factory=list)

    def take(self, definition: MetricDefinition, *, start: date, end: date, where: Where) -> Taken:
        """The one answer of a period; an EmptyPeriod is the asker's mistake and is raised."""
        key = (definition.name, start, end, tuple(sorted(where.items())))
        if key not in self.answers:
            self.answers[key] = self._taken(definition, start=start, end=end, where=where)
        return self.answers[key]

    def rules(self, kind: str) -> pl.DataFrame:
        """The organisation's rules of a kind, in order of time: [name, valid_from, body]."""
        rows = self.source.facts(
            "organisation_rules",
            columns=["kind", "name", "valid_from", "body"],
            time=None,
            equal={"kind": (kind,)},
            as_of=self.as_of,
            known_at=self.known_at,
            position=self.position,
        )
        return rows.select("name", "valid_from", "body").sort("name", "valid_from")

    def _taken(self, definition: MetricDefinition, *, start: date, end: date, where: Where) -> Taken:
        question = Question(
            metric=definition.metric,
            definition=definition.id,
            start=start,
            end=end,
            where=where,
            as_of=self.as_of,
            known_at=self.known_at,
            position=self.position,
            fill_gaps=True,
        )
        try:
            answers = answer(self.source, question, now=self.now)
        except EmptyPeriod:
            raise
        except QuestionError as error:
            return Taken(lacks=str(error))
        self.positions.extend(one.position for one in answers)
        return taken_of(answers[0], definition) if answers else Taken(lacks="there is no data")


def taken_of(one: Answer, definition: MetricDefinition) -> Taken:
    """An answer as exact numbers: its decimals as they are shown, divided again where they are a quotient."""
    above, below, value = exact(one.numerator), exact(one.denominator), exact(one.value)
    if value is not None and above is not None and below:
        quotient = definition.scale * above / below
        value = quotient if abs(quotient - value) <= abs(value) / 10**9 else value
    return Taken(
        numerator=above, denominator=below, value=value, lacks=_lacking(one, definition, value=value)
    )


def exact(number: float | None) -> Fraction | None:
    """A number by the digits that it is shown with."""
    return None if number is None else Fraction(repr(number))


def _lacking(one: Answer, definition: MetricDefinition, *, value: Fraction | None) -> str:
    if value is not None:
        return ""
    if one.numerator is None and definition.statistic is None and definition.formula is None:
        return "there is no data of this time"
    if definition.denominator and one.denominator is None:
        bases = ", ".join(dict.fromkeys(name.partition("@")[0] for _, name in definition.denominator))
        return f"no {bases.replace('_', ' ')} is recorded"
    return NOTHING_BELOW if definition.denominator else "the facts do not tell it"
