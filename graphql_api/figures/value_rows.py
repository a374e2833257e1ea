"""A value as a flat row: the answer, what stands beside it, and the id by which it is found again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import strawberry

from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from projections.metrics.beside import Told
from projections.metrics.definitions import METRICS
from projections.metrics.periods import moment
from projections.metrics.question import Question

NAMES = {metric.metric: (metric.name_en, metric.name_zh) for metric in reversed(METRICS)}
FLAT_DIMENSIONS = 3


@strawberry.type(description="One metric over one period and one group.")
class MetricValue:
    metric: str = told("The metric.")
    definition: str = told("The id of the definition that was used.")
    period_start: date = told("The local day on which the period begins.")
    period_end: date = told("The local day on which it is over: half-open. Within a day, that day.")
    starts_at: datetime = told("The moment at which the period begins, with its offset.")
    ends_at: datetime = told("The moment at which it is over: half-open.")
    dimensions: Json = told("The group: an object of values by dimension.")
    dimension1: str | None = told("The value of the first dimension grouped by.")
    dimension2: str | None = told("The value of the second.")
    dimension3: str | None = told("The value of the third.")
    numerator: Decimal | None = told("What is counted; null where there is no data yet.")
    denominator: Decimal | None = told("Out of what; null where the definition has none, or none is known.")
    value: float | None = told("scale × numerator / denominator, divided once and last; 0/0 is null.")
    unit: str = told("The unit of the value.")
    n: BigInt = told("How many fact rows stand behind the denominator, or the numerator if there is none.")
    mature: bool = told("Whether nothing that is still to come can change it.")
    matures_on: date | None = told("The local day on which it will be; null if it is.")
    left_out: BigInt = told("How many rows are left out because they are not ripe yet.")
    position: BigInt = told("The log was told up to here; asked at it, the value is the same for ever.")
    id: strawberry.ID = told("What tells this row from the others of the answer: the next page's `after`.")
    name_en: str | None = told("The metric's English name; null for a score card or a target's attainment.")
    name_zh: str | None = told("Its Chinese name.")
    before_start: date | None = told("With `compare`: the local day on which the period before begins.")
    before_end: date | None = told("With `compare`: the local day on which it is over.")
    before: float | None = told("With `compare`: the value of the period before, under the same definition.")
    change: float | None = told("With `compare`: by how much the value changed since, in `changeUnit`.")
    change_unit: str | None = told("Percentage points between two shares, else the unit of the value.")
    relative_change: float | None = told("With `compare`: the change over the value before, a fraction.")
    target: float | None = told("What it should be: the target of exactly this period and group, if any.")
    met: bool | None = told("Whether the value reaches the target; null where there is none of either.")
    challenge: float | None = told("The challenge target.")
    challenge_met: bool | None = told("Whether the value reaches the challenge target.")
    attainment: float | None = told("value / target, or target / value where lower is better.")
    published: Json | None = told("What others printed of it: a list of who, value, rank and of how many.")
    breaks: list[str] | None = told("Days within the period from which the numbers mean something else.")
    missing: list[str] | None = told("Of a score card: the parts without a value, for which it is null.")
    parts: Json | None = told("Of a score card: a list of metric, definition, weight, value and points.")
    suppressed: bool = told(
        "Whether its figures are withheld, since they would tell of a few people whom you may not see; they "
        "are null then, `n` and `leftOut` 0."
    )
    suppressed_because: str | None = told("Why its figures, or those compared with, are withheld; else null.")


COLUMNS = tuple(MetricValue.__annotations__)
OF_TARGETS = frozenset({"target", "met", "challenge", "challengeMet", "attainment", "published"})
BESIDE = ("change", "change_unit", "relative_change", "target", "met", "challenge", "challenge_met")
BESIDE_LAST = ("attainment", "published", "breaks", "missing", "parts")


def value_row(one: Told, question: Question) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    answer, beside = one.answer, one.beside
    starts_at, ends_at = (moment_shown(end, question) for end in (answer.period_start, answer.period_end))
    return (
        answer.metric,
        answer.definition,
        local_day(answer.period_start),
        local_day(answer.period_end),
        starts_at,
        ends_at,
        dict(answer.by),
        *[*answer.by.values(), None, None, None][:FLAT_DIMENSIONS],
        answer.numerator,
        answer.denominator,
        answer.value,
        answer.unit,
        answer.n,
        answer.mature,
        answer.matures_on,
        answer.left_out,
        answer.position,
        row_id(starts_at, f"{answer.metric}.{answer.definition}", answer.by),
        *NAMES.get(answer.metric, (None, None)),
        *(_told_day(beside.get(name)) for name in ("before_start", "before_end")),
        beside.get("before"),
        *(beside.get(name) for name in (*BESIDE, *BESIDE_LAST)),
        beside.get("suppressed", False),
        beside.get("suppressed_because"),
    )


def row_id(starts_at: datetime, name: str, group: Mapping[str, str | None]) -> str:
    values: Sequence[str | None] = list(group.values())
    return f"{starts_at.isoformat()}|{name}" + (f"|{orjson.dumps(values).decode()}" if values else "")


def local_day(end: date | datetime) -> date:
    return end.date() if isinstance(end, datetime) else end


def _told_day(text: str | None) -> date | None:
    """The day of a label: a day, or a moment with its offset."""
    return None if text is None else date.fromisoformat(text[: len("2026-01-31")])


def moment_shown(end: date | datetime, question: Question) -> datetime:
    zone = ZoneInfo(question.zone or "UTC")
    return moment(end, zone=zone, day_start=question.day_start).astimezone(zone)
