"""A question with all that can be shown beside its answers: rulings, breaks, comparisons, targets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from projections.metrics.answer import answer
from projections.metrics.answer_rows import Answer
from projections.metrics.comparison import Against, changes
from projections.metrics.errors import QuestionError
from projections.metrics.question import Question
from projections.metrics.rulings import Break, as_ruled_then, breaks, under_todays_rule
from projections.metrics.source import FactSource
from projections.metrics.targets import aimed

Ruling = Literal["then", "today"]


@dataclass
class RulingAndDefinition(QuestionError):
    """A definition was named, and a ruling that would choose another."""

    definition: str

    def __str__(self) -> str:
        return (
            f"a ruling chooses the definition, and {self.definition!r} is named: leave out the ruling to "
            "carry that definition on, or leave out the definition"
        )


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is wanted beside the answers.

    `ruling`: `then` answers every stretch under the definition that held, `today` the whole under today's;
    without it the question's own definition is carried through. `targets`: targets and published figures.
    """

    ruling: Ruling | None = None
    against: Against | None = None
    targets: bool = False
    breaks: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer and what stands beside it, under the names that it is printed by."""

    answer: Answer
    beside: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {**self.answer.as_json(), **self.beside}


def ask(source: FactSource, question: Question, beside: Beside, *, now: datetime) -> list[Told]:
    """Answer a question with what is wanted beside it; raises a QuestionError that says what can be asked."""
    if beside.ruling is not None and question.definition is not None:
        raise RulingAndDefinition(definition=question.definition)
    if beside.ruling == "today":
        question = under_todays_rule(source, question, now=now)
    if beside.ruling == "then":
        answers = as_ruled_then(source, question, now=now)
    else:
        answers = answer(source, question, now=now)
    told = zip(answers, _beside(source, question, answers, beside, now=now), strict=True)
    return [Told(answer=one, beside=row) for one, row in told]


def _beside(
    source: FactSource, question: Question, answers: list[Answer], beside: Beside, *, now: datetime
) -> list[dict[str, Any]]:
    columns: list[list[dict[str, Any]]] = []
    if beside.against is not None:
        compared = changes(source, question, answers, against=beside.against, now=now)
        columns.append([one.as_json() for one in compared])
    if beside.targets:
        columns.append([one.as_json() for one in aimed(source, question, answers, now=now)])
    if beside.breaks or beside.ruling is not None:
        found = breaks(source, question, now=now)
        columns.append([_breaks_within(found, one) for one in answers])
    rows = zip(*columns, strict=True) if columns else ((),) * len(answers)
    return [{name: value for part in row for name, value in part.items()} for row in rows]


def _breaks_within(found: list[Break], one: Answer) -> dict[str, Any]:
    start, end = _day(one.period_start), _day(one.period_end)
    return {"breaks": [str(each) for each in found if start <= each.day < end]}


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at
