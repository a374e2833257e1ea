"""Metrics over metrics: what part of a target was attained, and score cards; asked like any other metric."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from projections.metrics.answer import answer, cut_periods
from projections.metrics.answer_rows import Answer
from projections.metrics.beside import Beside, Told, ask
from projections.metrics.errors import QuestionError
from projections.metrics.question import Question, check
from projections.metrics.score_cards import Scored, scored
from projections.metrics.source import FactSource
from projections.metrics.targets import aimed

ATTAINMENT, SCORE_CARD = "target_attainment", "scorecard"
NAMED_BY: Mapping[str, str] = {ATTAINMENT: "metric", SCORE_CARD: "card"}
"""The dimension by which a composite is told what it is of."""


@dataclass
class CompositeOfNothing(QuestionError):
    """A composite was asked without saying of what."""

    metric: str

    def __str__(self) -> str:
        dimension = NAMED_BY[self.metric]
        example = "service_level" if dimension == "metric" else "service"
        return f"{self.metric} is of one {dimension}: say which, for instance where {dimension}={example}"


def ask_any(source: FactSource, question: Question, beside: Beside, *, now: datetime) -> list[Told]:
    """Answer a question about any metric, composite or not; raises a QuestionError."""
    found = COMPOSITES.get(question.metric)
    return ask(source, question, beside, now=now) if found is None else found(source, question, now)


def _attainments(source: FactSource, question: Question, now: datetime) -> list[Told]:
    """value/target of each answer that has a target; target/value where lower is better."""
    metric, rest = _named(question)
    of_metric = replace(rest, metric=metric)
    found = aimed(source, of_metric, answer(source, of_metric, now=now), now=now)
    return [
        Told(
            answer=replace(
                one.answer,
                metric=ATTAINMENT,
                definition=f"{one.answer.metric}.{one.answer.definition}",
                numerator=one.answer.value,
                denominator=float(one.aim.target),
                value=one.aim.attained(one.answer.value),
                unit="share",
            ),
            beside=one.as_json(),
        )
        for one in found
        if one.aim is not None
    ]


def _score_cards(source: FactSource, question: Question, now: datetime) -> list[Told]:
    """The card over each period of the question."""
    card, rest = _named(question)
    asked = check(replace(rest, metric="calls", definition=None, by=(), where={}), zone=source.zone, now=now)
    told = []
    for (start, end), label in zip(cut_periods(asked).spans, cut_periods(asked).labels, strict=True):
        found = scored(source, card, replace(rest, start=start, end=end), now=now)
        told.append(Told(answer=_score(found, label=label), beside=found.as_json()))
    return told


def _score(found: Scored, *, label: tuple[date | datetime, date | datetime]) -> Answer:
    answers = [part.answer for part in found.parts]
    score = None if found.score is None else float(found.score)
    return replace(
        answers[0],
        metric=SCORE_CARD,
        definition=found.card,
        period_start=label[0],
        period_end=label[1],
        by={},
        numerator=score,
        denominator=None,
        value=score,
        unit="points",
        n=len(answers),
        mature=all(one.mature for one in answers),
        matures_on=max((one.matures_on for one in answers if one.matures_on), default=None),
        position=min(one.position for one in answers),
    )


def _named(question: Question) -> tuple[str, Question]:
    """What a composite is of, and the question without that."""
    where = dict(question.where)
    values = where.pop(NAMED_BY[question.metric], ())
    if len(values) != 1 or values[0] is None:
        raise CompositeOfNothing(metric=question.metric)
    return values[0], replace(question, where=where)


COMPOSITES: Mapping[str, Callable[[FactSource, Question, datetime], list[Told]]] = {
    ATTAINMENT: _attainments,
    SCORE_CARD: _score_cards,
}
