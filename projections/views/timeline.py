"""Everything that happened to one person, newest first: one line per moment, from all facts of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

import polars as pl

from projections.facts import SPECS
from projections.metrics.persons import STREAM, Persons, customer_id, persons
from projections.views.reading import ViewReading
from projections.views.timeline_moments import MOMENTS, PARENTS, Moment

INSTANT = pl.Datetime("us", "UTC")
TIMELINE: dict[str, pl.DataType] = {
    "at": INSTANT,
    "topic": pl.String(),
    "what": pl.String(),
    "stream": pl.String(),
    "unit": pl.String(),
    "agent_id": pl.String(),
    "subject_id": pl.String(),
}
LIMIT = 100
FACTS = tuple(dict.fromkeys([*PARENTS, *(moment.fact for moment in MOMENTS), "customer_links"]))
"""All that a timeline reads."""


def timeline(
    reading: ViewReading, customer: str, *, limit: int = LIMIT, before: datetime | None = None
) -> pl.DataFrame:
    """[at, topic, what, stream, unit, agent_id, subject_id] of a person, newest first.

    `customer` is any of their pseudonyms, as it is held at the reading's moment. At most `limit` lines that
    happened before `before` (UTC, exclusive), but never a part of what happened at one moment: the last
    line's `at` is where the next page begins. Times within `what` are local. Sealed fields are never read.
    """
    known = persons(reading)
    person = _held_by(known, customer, at=reading.reference)
    streams = _streams(reading, known, person, customer)
    facts = groupby(sorted(MOMENTS, key=lambda one: one.fact), key=lambda one: one.fact)
    lines = [
        line
        for fact, moments in facts
        for line in _lines(reading, known, person, streams, fact=fact, moments=[*moments])
    ]
    told = pl.concat(lines).filter(pl.col("at") < (before or reading.reference))
    ordered = told.sort("at", "stream", "topic", "what", descending=[True, False, False, False])
    return ordered.join(ordered.head(limit).select("at").unique(), on="at", how="semi", maintain_order="left")


def _held_by(known: Persons, customer: str, *, at: datetime) -> str:
    asked = pl.DataFrame({"customer": [customer], "at": [at]}, schema={"customer": pl.String, "at": INSTANT})
    found: str = known.of(asked, column="customer", at="at").item()
    return found


def _streams(reading: ViewReading, known: Persons, person: str, customer: str) -> Mapping[str, list[str]]:
    """Key column -> the streams that are this person's: their pseudonyms' own, and those about them."""
    names = [one for one in known.everybody([customer]) if one is not None]
    found = {"customer": [f"{STREAM}{name}" for name in names]}
    for fact, began in PARENTS.items():
        key = SPECS[fact].key_names[0]
        rows = reading.facts(fact, columns=("customer_id", began), equal={"customer_id": names})
        mine = rows.filter(known.of(rows, column="customer_id", at=began) == person)
        found[key] = mine[key].to_list()
    return found


def _lines(  # noqa: PLR0913 - a fact's moments, and all by which they are somebody's
    reading: ViewReading,
    known: Persons,
    person: str,
    streams: Mapping[str, list[str]],
    *,
    fact: str,
    moments: Sequence[Moment],
) -> list[pl.DataFrame]:
    spec = SPECS[fact]
    key = spec.key_names[0]
    about = [name for name in ("unit", "agent_id", "subject_id") if name in spec.schema]
    asked = dict.fromkeys([*about, *(name for one in moments for name in (one.at, *one.says))])
    rows = reading.facts(fact, columns=[*asked], equal={key: streams[key]})
    lines = []
    for moment in moments:
        told = rows.filter(pl.col(moment.at).is_not_null())
        if key == "customer":
            told = told.filter(known.of(_named(told), column="name", at=moment.at) == person)
        lines.append(told.select(**_line(moment, key=key, about=about, zone=reading.zone.key)))
    return lines


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(customer_id("name", "customer"))


def _line(moment: Moment, *, key: str, about: Sequence[str], zone: str) -> dict[str, pl.Expr]:
    schema = SPECS[moment.fact].schema
    nothing = pl.lit(None, pl.String)
    words = [_said(name, schema[name], zone=zone) for name in moment.says]
    return {
        "at": pl.col(moment.at),
        "topic": pl.lit(moment.topic),
        "what": pl.concat_str(words, separator=", ", ignore_nulls=True) if words else pl.lit(""),
        "stream": pl.col(key),
        **{name: pl.col(name) if name in about else nothing for name in ("unit", "agent_id", "subject_id")},
    }


def _said(name: str, dtype: pl.DataType, *, zone: str) -> pl.Expr:
    """A column in words, `category late`; null where it says nothing."""
    words, value = name.removesuffix("_at").replace("_", " "), pl.col(name)
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit(words)).when(~value).then(pl.lit(f"not {words}"))
    if dtype == INSTANT:
        value = value.dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d %H:%M")
    return pl.format(f"{words} {{}}", value.cast(pl.String))
