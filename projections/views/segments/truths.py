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
TRUTHS: dict[str, pl.DataType] = {
    "who": pl.UInt32(),
    "at": INSTANT,
    "holds": pl.Boolean(),
    "by": pl.String(),
    "topic": pl.String(),
    "stream": pl.String(),
    "version": pl.Int64(),
}
NEVER = 2**62
"""Later than any moment, in microseconds."""


@dataclass(frozen=True)
class Truths:
    """The changes, what holds before any, and when each person was first told of in what was looked at.

    `seen` is [who, at, topic, stream, version].
    """

    changes: pl.DataFrame
    base: bool
    seen: pl.DataFrame

    def negated(self) -> "Truths":
        """The opposite, at every moment."""
        return Truths(self.changes.with_columns(holds=~pl.col("holds")), not self.base, self.seen)


def nobody_seen() -> pl.DataFrame:
    """Nobody was told of."""
    return pl.DataFrame(schema={name: TRUTHS[name] for name in ("who", "at", *CAUSE)})


def seen_in(events: pl.DataFrame) -> pl.DataFrame:
    """The first event of each person, of rows ordered by who and at."""
    firsts = events.filter(pl.col("who").ne_missing(pl.col("who").shift(1)))
    return firsts.select("who", "at", *CAUSE)


def reached(windows: pl.DataFrame, *, at_least: int) -> pl.DataFrame:
    """When so many windows stand open at once, where none that opens later closes earlier: one pass.

    `windows` is [who, opens, closes (null for never), by, topic, stream, version], ordered by who and opens.
    At any moment the last so many that opened are looked at: all stand open until the first of them closes.
    """
    back = at_least - 1
    numbered = windows.with_row_index("row").select(
        "who", "row", "opens", closes=pl.col("closes").fill_null(pl.lit(NEVER).cast(INSTANT))
    )
    is_one = pl.col("who") == pl.col("who").shift(back)
    open_ones = numbered.with_columns(
        until=pl.when(is_one).then(pl.col("closes").shift(back)), oldest=pl.col("row").shift(back)
    ).filter(pl.col("until") > pl.col("opens"))
    begins = pl.col("who").ne_missing(pl.col("who").shift(1)) | (pl.col("opens") > pl.col("until").shift(1))
    marked = open_ones.with_columns(begins=begins)
    is_end = pl.col("begins").shift(-1).fill_null(value=True) & (
        pl.col("until") < pl.lit(NEVER).cast(INSTANT)
    )
    begun, ended = marked.filter("begins"), marked.filter(is_end)
    told = [
        _caused(windows, begun["who"], begun["opens"], begun["row"], holds=True),
        _caused(windows, ended["who"], ended["until"], ended["oldest"], holds=False),
    ]
    return pl.concat(told).sort("who", "at")


def _caused(
    windows: pl.DataFrame, who: pl.Series, at: pl.Series, rows: pl.Series, *, holds: bool
) -> pl.DataFrame:
    """Truths with the causes in these rows of the windows; a window closes by itself."""
    causes = windows.select("by", *CAUSE)[rows]
    by = causes["by"] if holds else pl.lit(TIME)
    told = causes.with_columns(who=who, at=at, by=by, holds=pl.lit(holds))
    return told.select(pl.col(name).cast(kind) for name, kind in TRUTHS.items())


def added_up(deltas: pl.DataFrame, holds: pl.Expr, *, base: bool) -> pl.DataFrame:
    """When a running total, of `delta` by who and at, is as an expression over `value` says."""
    ordered = deltas.sort("who", "at", "by", "version", descending=[False, False, True, False])
    running = ordered.with_columns(value=pl.col("delta").cum_sum().over("who"))
    return stepped(running, holds, base=base)


def stepped(values: pl.DataFrame, holds: pl.Expr, *, base: bool) -> pl.DataFrame:
    """When a `value`, which each row of who and at replaces, is as an expression says.

    Rows are ordered by who and at; of several at one moment the last counts.
    """
    is_last = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in ("who", "at"))
    settled = values.filter(is_last).with_columns(holds=holds.fill_null(value=False))
    return changed(settled, base=base)


def changed(settled: pl.DataFrame, *, base: bool) -> pl.DataFrame:
    """Of rows ordered by who and at, those by which `holds` changes."""
    is_same_person = (pl.col("who") == pl.col("who").shift(1)).fill_null(value=False)
    before = pl.when(is_same_person).then(pl.col("holds").shift(1)).otherwise(base)
    return settled.filter(pl.col("holds") != before).select(
        pl.col(name).cast(kind) for name, kind in TRUTHS.items()
    )
