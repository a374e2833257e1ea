"""Five years of a daily figure from stored sums, asked in process as the API asks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import polars as pl
from psycopg.sql import SQL, Identifier

from projections.facts import SPECS
from projections.metrics.answer import answer
from projections.metrics.question import Question
from projections.metrics.source import FactSource
from projections.storage.database import frame_type, open_database, selected
from projections.storage.organisation import note_zone, organisation_zone
from projections.storage.reader import stored_facts
from projections.storage.tables import SUM_KEYS, create_tables, sum_types
from tests.benchmarks.call_file import FIRST_DAY, span_days
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Ingested, Workbench

YEARS = 5
FIRST, AFTER = date(2021, 1, 1), date(2026, 1, 1)
LONGEST_BAR = 50.0
ASKED = 30
METRICS = (("answer_rate", ()), ("average_speed_of_answer", ()), ("answer_rate", ("queue",)))


def measure(bench: Workbench) -> Iterator[Figure]:
    """The median over a connection kept open, beside one with the connection's opening."""
    conninfo = _five_years(bench)
    for metric, by in METRICS:
        question = Question(metric=metric, start=FIRST, end=AFTER, grain="day", by=by)
        with stored_facts(conninfo) as source:
            started = perf_counter()
            first = answer(source, question, now=datetime.now(UTC))
            cold = (perf_counter() - started) * 1e3
            taken = pl.Series([_asked(source, question) for _ in range(ASKED)])
        yield Figure(
            benchmark="series",
            name=f"{YEARS} years of {' by '.join([f'daily {metric}', *by])}, median",
            value=float(taken.quantile(0.5) or 0),
            unit="ms",
            bar=None if by else Bar(limit=LONGEST_BAR, is_floor=False),
            note=f"{len(first):,} values; first asked {cold:.0f} ms, "
            f"then p90 {float(taken.quantile(0.9) or 0):.0f} ms",
        )


def _asked(source: FactSource, question: Question) -> float:
    started = perf_counter()
    answer(source, question, now=datetime.now(UTC))
    return (perf_counter() - started) * 1e3


def _five_years(bench: Workbench) -> str:
    """A store whose sums repeat those of the file for five years; it has no rows, which are not read."""
    _, conninfo = bench.make_store("series")
    spec = SPECS["calls"]
    cells = _cells(bench.projected)
    with open_database(conninfo) as database:
        create_tables(database, SPECS.values())
        with database.transaction():
            database.copy(spec.sums_table, cells)
            note_zone(database, spec, zone=organisation_zone(database))
        database.run(SQL("analyze {}").format(Identifier(spec.sums_table)))
        database.commit()
    return conninfo


def _cells(log: Ingested) -> pl.DataFrame:
    """The stored cells of the file's days, told again and again until five years are full."""
    spec = SPECS["calls"]
    types = sum_types("calls")
    with open_database(log.conninfo) as database:
        statement = SQL("select {} from {}").format(selected(types), Identifier(spec.sums_table))
        cells = database.read(statement, {name: frame_type(types[name]) for name in types.keys() - SUM_KEYS})
    days = span_days(log.calls)
    # Calls of the last day end after it; those cells would meet the first day of the next turn.
    cells = cells.filter(pl.col("day").is_between(FIRST_DAY, FIRST_DAY + timedelta(days=days), closed="left"))
    repeated = [
        cells.with_columns(pl.col("day") + (start - FIRST_DAY))
        for start in (FIRST + timedelta(days=days * turn) for turn in range((AFTER - FIRST).days // days + 1))
    ]
    return pl.concat(repeated).filter(pl.col("day").is_between(FIRST, AFTER, closed="left"))
