"""What announces a complaint: repeated calls on one matter, low ratings, the complaint key, no solution."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.people import WHO, People
from projections.views.reading import ViewReading

SIGNAL_DAYS = 90
REPEATED_DAYS = 30
REPEATED = 3
"""So many inbound calls on one matter within the days are a signal."""
SAID = ("satisfied", "score", "scale")
SAID_OF_CALL = ("rating_satisfied", "rating_score", "rating_scale")


@dataclass(frozen=True)
class Signs:
    """Where signals are looked for: the rows about these people, calls being read once."""

    reading: ViewReading
    people: People

    @cached_property
    def calls(self) -> pl.DataFrame:
        """Calls of the last 90 days."""
        columns = ("call", "direction", "purpose", "resolved", "key_pressed_at", "rated_at", *SAID_OF_CALL)
        return self.read("calls", *columns, at="offered_at", since=SIGNAL_DAYS)

    def read(self, fact: str, *columns: str, at: str, since: int) -> pl.DataFrame:
        """[who, columns…, at] of a fact's rows of so many days."""
        return self.people.read(self.reading, fact, *columns, at=at, since=since)


def repeated_contacts(signs: Signs) -> pl.DataFrame:
    """[who, repeated_matter, repeated_calls, repeated_calls_at] of the matter called about most often.

    A matter is the subject that a call was handled for, else the purpose, as offered or as handled.
    """
    since = signs.reading.days_before(REPEATED_DAYS)
    inbound = signs.calls.filter(pl.col("direction") == "inbound", pl.col("offered_at") >= since)
    columns = ("call", "purpose", "subject_id")
    handled = signs.read("call_purposes", *columns, at="handled_at", since=REPEATED_DAYS)
    named = pl.when(pl.col("subject_id") != "").then("subject_id").otherwise("purpose")
    matters = pl.concat(
        [inbound.select("call", matter="purpose"), handled.select("call", matter=named)]
    ).drop_nulls()
    told = matters.unique().join(inbound.select(WHO, "call", "offered_at"), on="call")
    counted = told.group_by(WHO, "matter").agg(
        repeated_calls=pl.len().cast(pl.Int64), repeated_calls_at=pl.col("offered_at").max()
    )
    often = counted.filter(pl.col("repeated_calls") >= REPEATED)
    most = often.sort("repeated_calls", "matter", descending=[True, False])
    return most.unique(WHO, keep="first", maintain_order=True).rename({"matter": "repeated_matter"})


def low_ratings(signs: Signs) -> pl.DataFrame:
    """[who, low_ratings, low_ratings_at] of calls, callbacks and surveys that said so to be not satisfied."""
    said = [signs.calls.select(WHO, at="rated_at", said=is_satisfied(*SAID_OF_CALL))]
    for fact, at in (("callbacks", "answered_at"), ("customer_ratings", "rated_at")):
        rows = signs.read(fact, *SAID, at=at, since=SIGNAL_DAYS)
        said.append(rows.select(WHO, at=at, said=is_satisfied(*SAID)))
    return _counted(pl.concat(said).drop_nulls().filter(~pl.col("said")), name="low_ratings", at="at")


def key_presses(signs: Signs) -> pl.DataFrame:
    """[who, key_presses, key_presses_at] of calls in which the complaint key was pressed."""
    return _counted(signs.calls.drop_nulls("key_pressed_at"), name="key_presses", at="key_pressed_at")


def unresolved_calls(signs: Signs) -> pl.DataFrame:
    """[who, unresolved_calls, unresolved_calls_at] of inbound calls that ended without a solution."""
    open_ended = signs.calls.filter(~pl.col("resolved"), pl.col("direction") == "inbound")
    return _counted(open_ended, name="unresolved_calls", at="offered_at")


def _counted(rows: pl.DataFrame, *, name: str, at: str) -> pl.DataFrame:
    return rows.group_by(WHO).agg(pl.len().cast(pl.Int64).alias(name), pl.col(at).max().alias(f"{name}_at"))


SIGNALS: tuple[Callable[[Signs], pl.DataFrame], ...] = (
    repeated_contacts,
    low_ratings,
    key_presses,
    unresolved_calls,
)
