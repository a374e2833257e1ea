"""Units ranked against each other on the metrics that the organisation chose, over the period so far.

Values are those that the metric answers, so nothing is computed twice. Ranks follow the metric's direction:
the best is first; where neither direction is better, the greatest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isclose

import polars as pl

from domain.organisation.rankings import Ranking
from domain.organisation.rankings_in_force import RANKING, rankings_on
from domain.organisation.rule_bodies import BODY_TYPES
from domain.organisation.rules import RuleBook
from projections.facts import SPECS
from projections.metrics.answer_rows import Answer
from projections.metrics.askable import OF_KIND
from projections.metrics.comparison import months_before
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import find_definition
from projections.metrics.errors import QuestionError
from projections.metrics.question import Question
from projections.metrics.rulings import DEFINITION, in_force
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.view import Figure, Reconciliation, View

SHARE = "share"
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class RankedUnit:
    """A unit's value of a metric in the period that began on `period_start`, and its rank.

    Unranked are units below the minimum base, without a value, and what no unit was told of. The period
    before is taken whole, but for counts and amounts: of those the same days.
    """

    ranking: str
    """The ranking, by its name in the organisation's rules."""
    unit: str | None
    """The unit ranked, as an id without `unit-`; null: what no unit was told of."""
    metric: str
    definition: str | None
    value_unit: str | None
    """The unit in which the metric's value is."""
    direction: str | None
    """Which way is better: higher or lower; it gives rank 1."""
    period_start: date
    rank: int | None
    """The rank, from 1; equal values share one; null: unranked."""
    of: int
    """How many units are ranked."""
    value: float | None
    """The metric's value; null where it has none."""
    numerator: float | None
    """What is divided."""
    denominator: float | None
    """What it is divided by; null where the metric has none."""
    minimum_base: int
    """The denominator (else the numerator) below which a unit is not ranked."""
    is_mature: bool
    """Whether the value can no longer move."""
    value_before: float | None
    """The value of the period before; null where it has none."""
    change_points: float | None
    """By how much a share changed since the period before, in percentage points; null of others."""
    relative_change: float | None
    """By how much any other value changed, as a fraction of the value before; null of shares."""
    problem: str | None
    """Why the ranking could not be made; null where it was."""


def unit_ranking(reading: ViewReading) -> pl.DataFrame:
    """One row per ranking in force and unit with anything to count; one that says why, where it failed."""
    rules = rule_book(reading, RANKING, DEFINITION)
    rankings = rankings_on(reading.day, rules=rules)
    return pl.concat([_ranked(reading, name, rankings[name], rules) for name in sorted(rankings)])


def _ranked(reading: ViewReading, name: str, ranking: Ranking, rules: RuleBook) -> pl.DataFrame:
    try:
        return _rows(reading, name, ranking, _definition(ranking, reading.day, rules))
    except QuestionError as error:
        failed = {
            "ranking": name,
            "metric": ranking.metric,
            "period_start": _start(reading.day, ranking),
            "of": 0,
            "minimum_base": ranking.minimum_base,
            "is_mature": True,
            "problem": str(error),
        }
        return pl.DataFrame([failed], schema=UNIT_RANKING.schema)


def _definition(ranking: Ranking, day: date, rules: RuleBook) -> MetricDefinition:
    """The ranking's own, else the one in force on the day."""
    ruled: str | None = rules.read(
        DEFINITION, ranking.metric, on=day, body_type=BODY_TYPES[DEFINITION], default=None
    )
    if ranking.definition or ruled:
        return find_definition(ranking.metric, ranking.definition or ruled)
    return in_force(ranking.metric, day, ruled=())


def _rows(reading: ViewReading, name: str, ranking: Ranking, definition: MetricDefinition) -> pl.DataFrame:
    now = _so_far(reading, ranking, definition)
    before = {_unit(one): one.value for one in reading.ask(_before(now, ranking, definition))}
    told = [
        {
            "ranking": name,
            "unit": _unit(one),
            "metric": one.metric,
            "definition": one.definition,
            "value_unit": one.unit,
            "direction": definition.direction,
            "period_start": now.start,
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "minimum_base": ranking.minimum_base,
            "is_mature": one.mature,
            "value_before": before.get(_unit(one)),
        }
        for one in reading.ask(now)
        if one.n or one.numerator
    ]
    schema = UNIT_RANKING.schema
    rows = pl.DataFrame(told, schema={name: schema[name] for name in schema if name not in MADE})
    return rows.with_columns(**_ranks(definition)).with_columns(**_changes()).select(*schema)


MADE = ("rank", "of", "change_points", "relative_change", "problem")


def _ranks(definition: MetricDefinition) -> dict[str, pl.Expr]:
    base = pl.col("numerator" if definition.denominator is None else "denominator")
    has_base = base.is_null() | (base >= pl.col("minimum_base"))
    ranked = pl.when(pl.col("unit").is_not_null() & has_base).then("value")
    return {
        "rank": ranked.rank("min", descending=definition.direction != "lower").cast(pl.Int64),
        "of": ranked.count().cast(pl.Int64),
        "problem": pl.lit(None, pl.String),
    }


def _changes() -> dict[str, pl.Expr]:
    moved, is_share = pl.col("value") - pl.col("value_before"), pl.col("value_unit") == SHARE
    relative = moved / pl.col("value_before")
    return {
        "change_points": pl.when(is_share).then((100 * moved).round(DIGITS)),
        "relative_change": pl.when(~is_share & (pl.col("value_before") != 0)).then(relative.round(DIGITS)),
    }


def _unit(one: Answer) -> str | None:
    return next(iter(one.by.values()))


def _start(day: date, ranking: Ranking) -> date:
    months = MONTHS[ranking.period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _so_far(reading: ViewReading, ranking: Ranking, definition: MetricDefinition) -> Question:
    return Question(
        metric=definition.metric,
        definition=definition.id,
        start=_start(reading.day, ranking),
        end=reading.day + timedelta(days=1),
        by=(f"{OF_KIND}{ranking.unit_kind}" if ranking.unit_kind else "unit",),
    )


def _before(now: Question, ranking: Ranking, definition: MetricDefinition) -> Question:
    """The whole period before; of counts and amounts as many days of it, all of it once a period is over."""
    months = MONTHS[ranking.period]
    start = months_before(now.start, months)
    is_count = definition.denominator is None and not (definition.statistic or definition.formula)
    if is_count and now.end < months_before(now.start, -months):
        same_day = date.fromordinal(start.toordinal() + now.end.toordinal() - now.start.toordinal())
        return replace(now, start=start, end=min(same_day, now.start))
    return replace(now, start=start, end=now.start)


def ranked_units(rows: pl.DataFrame, _: date) -> float:
    """How many ranks were given."""
    return float(rows["rank"].count())


def totals_differ(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[ranking, listed, asked] where the units' numerators do not add up to the metric's own."""
    rules = rule_book(reading, RANKING, DEFINITION)
    found = [
        (name, *sums)
        for name, ranking in sorted(rankings_on(reading.day, rules=rules).items())
        if (sums := _sums(reading, rows.filter(ranking=name), ranking, rules)) is not None
    ]
    told = [(name, listed, asked) for name, listed, asked in found if not isclose(listed, asked)]
    return pl.DataFrame(
        told, schema={"ranking": pl.String, "listed": pl.Float64, "asked": pl.Float64}, orient="row"
    )


def _sums(
    reading: ViewReading, rows: pl.DataFrame, ranking: Ranking, rules: RuleBook
) -> tuple[float, float] | None:
    """The numerators of all units, and the metric's; None where there are none, or the ranking failed."""
    if rows["problem"].count():
        return None
    definition = _definition(ranking, reading.day, rules)
    whole = reading.ask(replace(_so_far(reading, ranking, definition), by=()))
    asked: Iterable[float | None] = (one.numerator for one in whole)
    if definition.statistic or definition.formula:
        return None
    return float(rows["numerator"].sum()), sum(float(one or 0) for one in asked)


UNIT_RANKING = View(
    name="unit_ranking",
    version=1,
    row=RankedUnit,
    keys=("ranking", "unit"),
    time="period_start",
    # Any metric may be ranked on, and so any fact be read.
    facts=tuple(SPECS),
    make=unit_ranking,
    name_en="units ranked",
    name_zh="机构排名",
    figure=Figure(name="units_ranked", value=ranked_units, lowest=0.0),
    ranges={
        "rank_of_those_ranked": pl.col("rank").is_between(1, pl.col("of")),
        "no_rank_below_the_base": pl.col("rank").is_null()
        | (pl.coalesce("denominator", "numerator", "minimum_base") >= pl.col("minimum_base")),
        "one_kind_of_change": pl.col("change_points").is_null() | pl.col("relative_change").is_null(),
    },
    reconciliations=(
        Reconciliation(
            name="metric",
            meaning="the numerators of all units, and of no unit, add up to the metric's",
            differences=totals_differ,
        ),
    ),
)
