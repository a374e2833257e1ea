"""Rows folded from whole streams are what the clerk writes, today and as of any earlier question."""

from datetime import datetime, timedelta
from typing import TypedDict

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from projections.facts.refold import refold, told_before
from projections.facts.spec import FactSpec
from tests.projections.facts.given import LAW, by_key, events_of, every_fact, in_order, logs_of, public
from tests.projections.logs import START, TOLD_FROM, Log
from tests.projections.oracle import recount, told_by


class Question(TypedDict):
    """As of which moment, known at which moment, up to which position."""

    as_of: datetime | None
    known_at: datetime | None
    position: int | None


moments = st.none() | st.integers(0, 5).map(lambda n: START + timedelta(seconds=n))
entries = st.none() | st.integers(-4, 12).map(lambda n: TOLD_FROM + timedelta(seconds=n))
questions = st.fixed_dictionaries(
    {"as_of": moments, "known_at": entries | moments, "position": st.none() | st.integers(0, 40)}
)


def written(spec: FactSpec, frame: pl.DataFrame) -> dict[tuple[object, ...], dict[str, object]]:
    hidden = ("has_void",) if spec.whole_stream else ()
    return public(by_key(spec, frame), without=hidden)


@every_fact
def test_rows_are_what_the_clerk_writes_now_and_as_of_any_question_whoever_is_folded_again(
    spec: FactSpec,
) -> None:
    @LAW
    @given(log=logs_of(spec), question=questions)
    def law(log: Log, question: Question) -> None:
        events = events_of(log, spec)
        rows = refold(spec, events)
        assert written(spec, rows) == recount(log)[spec.name]
        from_nothing = refold(spec, told_before(events, **question))
        assert written(spec, from_nothing) == recount(told_by(log, **question))[spec.name]
        answer = answered(spec, events, rows, question)
        assert in_order(spec, answer).equals(in_order(spec, from_nothing)), "only rows that straddle it"

    law()


def answered(spec: FactSpec, events: pl.DataFrame, rows: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Take rows wholly before the question, drop those wholly after, fold the streams of the others again."""
    is_before, is_after = before(**question), after(**question)
    standing = rows.filter(is_before)
    straddling = rows.filter(~is_before & ~is_after)
    stream = spec.key_names[0]
    streams = straddling.select(pl.col(stream).unique().alias("originator_id"))
    again = refold(spec, told_before(events.join(streams, on="originator_id", how="semi"), **question))
    return pl.concat([standing, again.join(straddling, on=spec.key_names, how="semi")])


def before(*, as_of: datetime | None, known_at: datetime | None, position: int | None) -> pl.Expr:
    return pl.all_horizontal(
        pl.lit(value=True),
        *([pl.col("last_occurred_at") < as_of] if as_of else []),
        *([pl.col("last_recorded_at") < known_at] if known_at else []),
        *([pl.col("last_position") <= position] if position is not None else []),
    )


def after(*, as_of: datetime | None, known_at: datetime | None, position: int | None) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False),
        *([pl.col("first_occurred_at") >= as_of] if as_of else []),
        *([pl.col("first_recorded_at") >= known_at] if known_at else []),
        *([pl.col("first_position") > position] if position is not None else []),
    )
