"""Step functions: from when on something holds of somebody, and which event or passing of time made it so.

Truths are rows [who, at, holds, by, topic, stream, version], ordered by who and at, each of them a change;
before the first one of a person, and of whoever has none, the base holds. `by` is `event`, or `time` with the
event that left a window or came into one.
"""

from dataclasses import dataclass

import polars as pl

from projections.views.segments.days import INSTANT

EVENT, TIME = "event", "time"
CAUSE = ("topic", "stream", "version")
UNTIL = ("until_topic", "stream", "until_version")
TRUTHS: dict[str, pl.DataType] = {
    "who": pl.UInt32(),
    "at": INSTANT,
    "holds": pl.Boolean(),
    "by": pl.String(),
    "topic": pl.String(),
    "stream": pl.String(),
    "version": pl.Int64(),
}
NEVER = pl.lit(2**62).cast(INSTANT)
"""Later than any moment."""


@dataclass(frozen=True)
class Events:
    """What happened to whom: `rows` [who, at, row, …] ordered by who and at; `row` is that of `causes`.

    `causes` is [topic, stream, version], and where something ends by an event [until_topic, until_version].
    """

    rows: pl.DataFrame
    causes: pl.DataFrame

    def seen(self) -> pl.DataFrame:
        """The first event of each person: [who, at, topic, stream, version]."""
        firsts = self.rows.filter(pl.col("who").ne_missing(pl.col("who").shift(1)))
        told = self.causes.select(CAUSE)[firsts["row"]]
        return told.with_columns(who=firsts["who"], at=firsts["at"]).select("who", "at", *CAUSE)


@dataclass(frozen=True)
class Truths:
    """The changes, what holds before any, and the events that were looked at."""

    changes: pl.DataFrame
    base: bool
    events: Events | None = None


def nobody_seen() -> pl.DataFrame:
    """Nobody was told of."""
    return pl.DataFrame(schema={name: TRUTHS[name] for name in ("who", "at", *CAUSE)})


def caused(changes: pl.DataFrame, causes: pl.DataFrame) -> pl.DataFrame:
    """Truths of changes [who, at, holds, row, by_event], and `is_end` where an event ends what one began."""
    told = causes.select(CAUSE)[changes["row"]]
    if "is_end" in changes.columns and "until_topic" in causes.columns:
        ends = causes.select(UNTIL)[changes["row"]].rename(dict(zip(UNTIL, CAUSE, strict=True)))
        is_end = changes["is_end"] & changes["by_event"]
        told = told.select(
            pl.when(is_end).then(ends[name]).otherwise(pl.col(name)).alias(name) for name in CAUSE
        )
    named = changes.select(
        "who", "at", "holds", by=pl.when("by_event").then(pl.lit(EVENT)).otherwise(pl.lit(TIME))
    )
    return pl.concat([named, told], how="horizontal").select(
        pl.col(name).cast(kind) for name, kind in TRUTHS.items()
    )


def reached(windows: pl.DataFrame, *, at_least: int) -> pl.DataFrame:
    """When so many windows stand open at once, where none that opens later closes earlier: one pass.

    `windows` is [who, opens, closes (null for never), row, by_event], ordered by who and opens; the answer is
    [who, at, holds, row, by_event]. At any moment the last so many that opened are looked at: all stand open
    until the first of them closes.
    """
    back = at_least - 1
    is_one = pl.col("who") == pl.col("who").shift(back)
    closes = pl.col("closes").fill_null(NEVER)
    open_ones = windows.with_columns(
        until=closes if back == 0 else pl.when(is_one).then(closes.shift(back)),
        oldest=pl.col("row").shift(back),
    ).filter(pl.col("until") > pl.col("opens"))
    begins = pl.col("who").ne_missing(pl.col("who").shift(1)) | (pl.col("opens") > pl.col("until").shift(1))
    marked = open_ones.with_columns(begins=begins)
    is_end = pl.col("begins").shift(-1).fill_null(value=True) & (pl.col("until") < NEVER)
    entered = marked.filter("begins").select("who", "row", "by_event", at="opens", holds=pl.lit(value=True))
    ended = marked.filter(is_end).select(
        "who", row="oldest", by_event=pl.lit(value=False), at="until", holds=pl.lit(value=False)
    )
    return pl.concat([entered, ended.select(entered.columns)]).sort("who", "at")


def added_up(deltas: pl.DataFrame, holds: pl.Expr, *, base: bool) -> pl.DataFrame:
    """When a running total, of `delta` by who and at, is as an expression over `value` says."""
    ordered = deltas.sort("who", "at", "by_event", "row")
    running = ordered.with_columns(value=pl.col("delta").cum_sum().over("who"))
    return stepped(running, holds, base=base)


def stepped(values: pl.DataFrame, holds: pl.Expr, *, base: bool) -> pl.DataFrame:
    """When a `value`, which each row of who and at replaces, is as an expression says.

    Rows are ordered by who and at; of several at one moment the last counts.
    """
    settled = last_of_moment(values).with_columns(holds=holds.fill_null(value=False))
    return changed(settled, base=base)


def last_of_moment(rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows ordered by who and at, the last of each person and moment."""
    is_last = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in ("who", "at"))
    return rows.filter(is_last)


def changed(settled: pl.DataFrame, *, base: bool) -> pl.DataFrame:
    """Of rows ordered by who and at, those by which `holds` changes."""
    is_same_person = (pl.col("who") == pl.col("who").shift(1)).fill_null(value=False)
    before = pl.when(is_same_person).then(pl.col("holds").shift(1)).otherwise(base)
    return settled.filter(pl.col("holds") != before)
