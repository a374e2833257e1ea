"""Answers as who may not see the people behind them is told: without what is about too few of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

import polars as pl

from graphql_api.access.people_told_of import people_told_of, sees_people
from graphql_api.access.small_cells import withheld
from projections.metrics.answer import Answer, answer
from projections.metrics.beside import Told
from projections.metrics.comparison import Against, changes
from projections.metrics.composites import ATTAINMENT, COMPOSITES, NAMED_BY, SCORE_CARD
from projections.metrics.definitions import find_definition
from projections.metrics.question import Question
from projections.metrics.source import FactSource

Place = tuple[str | None, ...]
"""The first day of an answer's period, and its group."""

OF_THE_VALUE = ("met", "challenge_met", "attainment", "missing", "parts", "score")
COMPARED = ("before", "change", "relative_change")


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is told, and when."""

    role: str
    now: datetime

    def told_to(
        self,
        source: FactSource,
        answers: Sequence[tuple[Question, list[Told]]],
        *,
        against: Against | None = None,
    ) -> list[list[Told]]:
        """Each question's answers, without what is about too few people whom the viewer may not see.

        Answers about the same period and group are withheld together: one would give away the other.
        """
        people = [self._people(source, question, told) for question, told in answers]
        if all(count is None for count in chain(*people)):
            return [told for _, told in answers]
        reasons = _reasons(zip(_places(told for _, told in answers), chain(*people), strict=True))
        earlier = self._reasons_before(source, answers, people, against=against)
        return [
            [
                one
                if count is None
                else _without(one, reasons.get(_place(one.answer)), earlier.get(_before(one)))
                for one, count in zip(told, counts, strict=True)
            ]
            for (_, told), counts in zip(answers, people, strict=True)
        ]

    def _people(self, source: FactSource, question: Question, told: list[Told]) -> list[int | None]:
        """How many people each answer tells of; None where the viewer may see them."""
        if question.metric == SCORE_CARD:
            return [self._people_behind(source, _parts(question, one)) for one in told]
        answers = [one.answer for one in told]
        if question.metric != ATTAINMENT:
            return self._people_of(question, answers)
        (metric,) = question.where[NAMED_BY[ATTAINMENT]]
        attained = replace(question, metric=str(metric), where=_without_name(question))
        if self._sees(attained):
            return [None] * len(told)
        found = {_place(one): one for one in answer(source, attained, now=self.now)}
        return self._people_of(attained, [found[_place(one)] for one in answers])

    def _people_of(self, question: Question, answers: Sequence[Answer]) -> list[int | None]:
        named = {(one.metric, one.definition) for one in answers}
        found = {(metric, definition): find_definition(metric, definition) for metric, definition in named}
        if all(sees_people(self.role, definition, question) for definition in found.values()):
            return [None] * len(answers)
        return [people_told_of(one, found[one.metric, one.definition], question) for one in answers]

    def _people_behind(self, source: FactSource, questions: list[Question]) -> int | None:
        hidden = [question for question in questions if not self._sees(question)]
        counts = [
            count or 0
            for question in hidden
            for count in self._people_of(question, answer(source, question, now=self.now))
        ]
        return min(filter(None, counts), default=0) if hidden else None

    def _sees(self, question: Question) -> bool:
        return sees_people(self.role, find_definition(question.metric, question.definition), question)

    def _reasons_before(
        self,
        source: FactSource,
        answers: Sequence[tuple[Question, list[Told]]],
        people: list[list[int | None]],
        *,
        against: Against | None,
    ) -> dict[Place, str]:
        """Of the earlier periods that values stand beside."""
        cells: list[tuple[Place, int | None]] = []
        for (question, told), counts in zip(answers, people, strict=True):
            if against is None or question.metric in COMPOSITES or all(count is None for count in counts):
                continue
            compared = changes(source, question, [o.answer for o in told], against=against, now=self.now)
            before = [change.before for change in compared if change.before is not None]
            cells += zip(map(_place, before), self._people_of(question, before), strict=True)
        return _reasons(cells)


def _parts(question: Question, card: Told) -> list[Question]:
    """What a score card is of."""
    start, end = card.answer.period_start, card.answer.period_end
    whole = replace(
        question, start=start, end=end, grain="total", by=(), where=_without_name(question), fill_gaps=True
    )
    parts = card.beside["parts"]
    return [replace(whole, metric=part["metric"], definition=part["definition"]) for part in parts]


def _without_name(question: Question) -> dict[str, Sequence[str | None]]:
    """What the metrics that a composite is of are narrowed to."""
    return {name: kept for name, kept in question.where.items() if name != NAMED_BY[question.metric]}


def _reasons(cells: Iterable[tuple[Place, int | None]]) -> dict[Place, str]:
    """Why the cells at these places are withheld; of several at one place the smallest says."""
    smallest: dict[Place, int] = {}
    for place, people in cells:
        if people is not None:
            known = smallest.get(place, 0)
            smallest[place] = min(known, people) if known and people else known or people
    reasons: dict[Place, str] = {}
    for size in {len(place) for place in smallest}:
        alike = {place: people for place, people in smallest.items() if len(place) == size}
        reasons |= _reasons_of_table(alike, axes=[str(number) for number in range(size)])
    return reasons


def _reasons_of_table(people: Mapping[Place, int], *, axes: Sequence[str]) -> dict[Place, str]:
    table = pl.DataFrame(list(people), schema=dict.fromkeys(axes, pl.String), orient="row")
    found = withheld(table.with_columns(people=pl.Series(list(people.values()), dtype=pl.Int64)), axes=axes)
    return {place: reason for place, reason in zip(people, found, strict=True) if reason is not None}


def _without(one: Told, reason: str | None, reason_before: str | None) -> Told:
    """The answer without its figures, or only without what it is compared with."""
    beside: dict[str, Any] = dict(one.beside)
    if reason is not None:
        beside |= {name: None for name in OF_THE_VALUE if name in beside}
    if reason is not None or reason_before is not None:
        kept = COMPARED[1:] if reason_before is None else COMPARED
        beside |= {name: None for name in kept if name in beside}
    beside |= {"suppressed": reason is not None, "suppressed_because": reason or reason_before}
    if reason is None:
        return replace(one, beside=beside)
    empty = replace(one.answer, numerator=None, denominator=None, value=None, n=0, left_out=0)
    return replace(one, answer=empty, beside=beside)


def _place(one: Answer) -> Place:
    return one.period_start.isoformat(), *one.by.values()


def _before(one: Told) -> Place:
    return one.beside.get("before_start"), *one.answer.by.values()


def _places(answers: Iterable[list[Told]]) -> list[Place]:
    return [_place(one.answer) for told in answers for one in told]
