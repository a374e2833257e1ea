"""Score cards: the sum of weight × points by band over metrics, from the organisation's own data."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from domain.organisation.score_cards import ScoreCard, ScoredMetric
from projections.metrics.answer import answer, cut_periods
from projections.metrics.answer_rows import Answer
from projections.metrics.derived_source import BoundReading
from projections.metrics.errors import QuestionError, nearest
from projections.metrics.periods import local_time
from projections.metrics.question import Question, check
from projections.metrics.source import FactSource

SCORE_CARD = "score_card"


@dataclass
class UnknownScoreCard(QuestionError):
    """The organisation has configured no card of that name for the period."""

    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        known = ", ".join(self.known) or "none: add a rule of kind score_card to organisation.yaml"
        return f"there is no score card {self.asked!r}: {nearest(self.asked, self.known)}there are {known}"


@dataclass(frozen=True, kw_only=True)
class ScoredPart:
    """One metric of a card: its answer, and the points of the band that its value lies in, if any."""

    part: ScoredMetric
    answer: Answer
    points: Decimal | None

    def as_json(self) -> dict[str, Any]:
        return {
            "metric": self.part.metric,
            "definition": self.answer.definition,
            "weight": float(self.part.weight),
            "value": self.answer.value,
            "points": None if self.points is None else float(self.points),
        }


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A card over one period: null and the missing parts named, or Σ weight × points."""

    card: str
    parts: tuple[ScoredPart, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(one.part.metric for one in self.parts if one.points is None)

    @property
    def score(self) -> Decimal | None:
        """Exact; null where a part has no value, or one below its lowest band."""
        if self.missing:
            return None
        return sum((one.part.weight * (one.points or 0) for one in self.parts), start=Decimal(0))

    def as_json(self) -> dict[str, Any]:
        return {
            "card": self.card,
            "score": None if self.score is None else float(self.score),
            "missing": list(self.missing),
            "parts": [one.as_json() for one in self.parts],
        }


def scored(source: FactSource, card: str, question: Question, *, now: datetime) -> Scored:
    """A card over the question's whole period; the question's metric, grain and grouping are not looked at.

    The card is the one in force on the period's first day. Raises UnknownScoreCard.
    """
    known = cards(source, question, now=now)
    if card not in known:
        raise UnknownScoreCard(asked=card, known=tuple(known))
    return Scored(
        card=card,
        parts=tuple(_part(source, part, question, now=now) for part in known[card].parts),
    )


def cards(source: FactSource, question: Question, *, now: datetime) -> dict[str, ScoreCard]:
    """The cards in force on the first day of a question's period, by name."""
    whole = replace(question, metric="calls", definition=None, grain="total", by=(), where={})
    asked = check(whole, zone=source.zone, now=now)
    first = local_time(asked.start, zone=asked.zone).date()
    rows = BoundReading(source, asked, cut_periods(asked)).rules(SCORE_CARD)
    return {
        name: msgspec.convert(json.loads(body), ScoreCard, strict=False)
        for name, valid_from, body in rows.rows()
        if valid_from <= first
    }


def _part(source: FactSource, part: ScoredMetric, question: Question, *, now: datetime) -> ScoredPart:
    asked = replace(
        question, metric=part.metric, definition=part.definition, grain="total", by=(), fill_gaps=True
    )
    (one,) = answer(source, asked, now=now)
    value = None if one.value is None else Decimal(str(one.value))
    return ScoredPart(part=part, answer=one, points=None if value is None else part.points_of(value))
