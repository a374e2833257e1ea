"""Questions answered: cells of every fact that the definition reads, met and turned into answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl

from projections.metrics.answer_rows import Answer, Shape, counting
from projections.metrics.askable import is_held_whole
from projections.metrics.bases import base_cells, stretches_name, with_counts
from projections.metrics.cells import WITHIN, Slice, measured_cells
from projections.metrics.day_counts import day_counts
from projections.metrics.definition import MetricDefinition
from projections.metrics.joined import joined_facts
from projections.metrics.joined_source import WithJoined, with_joined
from projections.metrics.measure import Measure
from projections.metrics.measures import DAYS, fact_of, measure_named, stored_facts_of, widest_measure
from projections.metrics.moments import moment_cells
from projections.metrics.periods import Periods, cut
from projections.metrics.question import Asked, Question, check
from projections.metrics.source import FactSource
from projections.metrics.statistic_cells import statistic_cells

OF_THE_OTHER = " of the other"

__all__ = ["Answer", "answer", "cut_periods", "settle", "slices"]


def answer(source: FactSource, question: Question, *, now: datetime) -> list[Answer]:
    """Answer a question, ordered by period and group; a QuestionError says what can be asked instead."""
    asked, position = settle(source, check(question, zone=source.zone, now=now))
    periods = cut_periods(asked)
    source = with_joined(source, asked, periods)
    if asked.definition.statistic is not None:
        cells = statistic_cells(source, asked, periods, slices(asked)[0][0])
    else:
        cells = _joined_cells(source, asked, periods)
    return _answers(source, asked, periods, cells, position=position)


def settle(source: FactSource, asked: Asked) -> tuple[Asked, int]:
    """Fix the position: the asked one, else the lowest of the facts used, at which all are then read."""
    if asked.question.position is not None:
        return asked, asked.question.position
    positions = {
        source.position(fact) for fact in stored_facts_of(asked.definition.measures) | joined_facts(asked)
    }
    lowest = min(positions)
    if len(positions) == 1:
        return asked, lowest
    return replace(asked, question=replace(asked.question, position=lowest)), lowest


def cut_periods(asked: Asked) -> Periods:
    return cut(asked.start, asked.end, grain=asked.grain, zone=asked.zone, day_start=asked.question.day_start)


def slices(asked: Asked) -> list[tuple[Slice, bool]]:
    """What is asked of each fact, and whether it is a base over which some dimensions are held whole."""
    definition, question = asked.definition, asked.question
    numerator_facts = {fact_of(name) for _, name in definition.numerator}
    found = []
    for (fact, time, at), measures in _by_fact(definition).items():
        is_base = fact not in numerator_facts
        whole = {
            name for name in (*question.by, *question.where) if is_base and is_held_whole(definition, name)
        }
        part = Slice(
            fact=fact,
            time=time,
            measures=measures,
            by=tuple(name for name in question.by if name not in whole),
            where={name: values for name, values in question.where.items() if name not in whole},
            at=at,
        )
        found.append((part, is_base))
    return found


def _by_fact(definition: MetricDefinition) -> dict[tuple[str, str, str], tuple[Measure, ...]]:
    """The measures to be read, by fact, time and moment; within a period the widest comes along."""
    found: dict[tuple[str, str, str], dict[Measure, None]] = {}
    for name in with_counts(definition.measures):
        measure, at = measure_named(name), name.partition("@")[2] or WITHIN
        if measure.fact != DAYS:
            found.setdefault((measure.fact, measure.time, at), {})[measure] = None
    for (fact, time, at), measures in found.items():
        if fact != "volumes" and at == WITHIN and definition.statistic is None:
            measures[widest_measure(fact, time)] = None
    return {place: tuple(measures) for place, measures in found.items()}


def _joined_cells(source: WithJoined, asked: Asked, periods: Periods) -> pl.DataFrame:
    """[period, `by`, every measure, left_out, stretches]: a base meets the numerator on what they share."""
    joined: pl.DataFrame | None = None
    for part, is_base in slices(asked):
        cells = _cells(source, asked, periods, part)
        joined = cells if joined is None else _meet(joined, cells, part, asked, is_base=is_base)
    if joined is None:
        raise TypeError(f"{asked.definition.name} reads no measure")
    return joined


def _cells(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    if part.at != WITHIN:
        return moment_cells(source, asked, periods, part)
    if part.fact == "volumes":
        return base_cells(source, asked, periods, part)
    return _by_period(measured_cells(source, asked, periods, part), asked, periods, part)


def _meet(
    joined: pl.DataFrame, cells: pl.DataFrame, part: Slice, asked: Asked, *, is_base: bool
) -> pl.DataFrame:
    """Join on the shared dimensions; a base held whole is repeated for each of the numerator's groups."""
    repeats = is_base and part.by != asked.question.by
    met = joined.join(
        cells,
        on=["period", *part.by],
        how="left" if repeats else "full",
        coalesce=True,
        nulls_equal=True,
        suffix=OF_THE_OTHER,
    )
    other = f"left_out{OF_THE_OTHER}"
    if other not in met.columns:
        return met
    return met.with_columns(left_out=pl.sum_horizontal("left_out", other)).drop(other)


def _by_period(cells: pl.DataFrame, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Cells of pieces added up to periods: only the ripe pieces where a period holds several."""
    ripe = periods.ripe(asked.definition.ripening, by=asked.reference)
    pieces = pl.DataFrame(
        {"piece": range(len(ripe)), "period": periods.period_of, "ripe": ripe},
        schema={"piece": pl.Int64, "period": pl.Int64, "ripe": pl.Boolean},
    )
    counted = pl.lit(asked.grain in ("hour", "day")) | pl.col("ripe")
    return (
        cells.lazy()
        .join(pieces.lazy(), on="piece")
        .group_by("period", *part.by)
        .agg(
            *(pl.col(measure.name).filter(counted).sum() for measure in part.measures),
            left_out=_rows_behind(asked.definition, part).filter(~counted).sum(),
        )
        .filter(pl.any_horizontal(pl.exclude("period", *part.by) != 0))
        .collect()
    )


def _rows_behind(definition: MetricDefinition, part: Slice) -> pl.Expr:
    """How many rows a cell of this slice holds behind the denominator, or the numerator if there is none."""
    mine = {measure.name for measure in part.measures}
    counts = [(w, name) for w, name in counting(definition) if name in mine]
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *(pl.col(name) * weight for weight, name in counts))


def _answers(
    source: WithJoined, asked: Asked, periods: Periods, cells: pl.DataFrame, *, position: int
) -> list[Answer]:
    by = list(asked.question.by)
    apart = ("period", *by, *map(stretches_name, asked.definition.measures))
    used = [name for name in cells.columns if name not in apart]
    told = cells.filter(pl.any_horizontal(pl.col(name).fill_null(0) != 0 for name in used))
    found = {(row["period"], *(row[name] for name in by)): row for row in told.to_dicts()}
    keys = set(found) | (_gaps(found, periods, by=by) if asked.question.fill_gaps else set())
    shape = Shape(
        asked=asked,
        periods=periods,
        position=position,
        known_until=_known_until(source, asked),
        lengths=_lengths(source, asked, periods),
    )
    return [shape.one(key, found.get(key)) for key in sorted(keys, key=_order)]


def _lengths(source: WithJoined, asked: Asked, periods: Periods) -> list[Mapping[str, int]]:
    """How long each period is, where the definition divides by that."""
    if all(fact_of(name) != DAYS for name in asked.definition.measures):
        return []
    return day_counts(periods, by=asked.reference, calendars=source.reading.rules("calendar"))


def _order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    period, *group = key
    return period, *((value is not None, value or "") for value in group)


def _gaps(found: Iterable[tuple[Any, ...]], periods: Periods, *, by: list[str]) -> set[tuple[Any, ...]]:
    groups = {key[1:] for key in found} if by else {()}
    return {(period, *group) for period in range(len(periods.spans)) for group in groups}


def _known_until(source: FactSource, asked: Asked) -> datetime | None:
    """Until when there is anything to know: what begins later has no data, which is not zero."""
    facts = stored_facts_of(name for _, name in asked.definition.numerator)
    latest = [source.latest_occurred_at(fact) for fact in facts]
    known = [moment for moment in latest if moment is not None]
    return min(max(known), asked.reference) if known else None
