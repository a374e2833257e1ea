"""Who belongs to which segment, from when until when, and what moved them in and out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from domain.organisation.segment_conditions import Condition, CountCondition, within
from projections.views.reading import ViewReading
from projections.views.segments.atoms import Atom, NotTold, expression, key_of, source_of
from projections.views.segments.days import INSTANT
from projections.views.segments.definitions import (
    Definitions,
    Piece,
    Ruling,
    Unreadable,
    saved_segments,
)
from projections.views.segments.everybody import Everybody
from projections.views.segments.looking import Looking
from projections.views.segments.truths import CAUSE, EVENT, TRUTHS, Truths, changed, nobody_seen

DEFINITION = "definition"
"""What moved somebody who fits one definition and not the next: the day from which it holds."""
SIDES = ("at", "by", *CAUSE)
INTERVALS: dict[str, pl.DataType] = {
    "segment": pl.String(),
    "customer_id": pl.String(),
    **{f"entered_{name}": TRUTHS[name] for name in SIDES},
    **{f"left_{name}": TRUTHS[name] for name in SIDES},
}
NOBODY = pl.DataFrame(schema=INTERVALS)
GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Memberships:
    """Intervals [entered_at, left_at) of everybody who ever belonged, and why some segments have none.

    Columns are those of INTERVALS, of each customer by time; what entered or left is told by the
    event (topic, stream and, where the facts know it, version) that did it, or whose window opened or closed.
    """

    intervals: pl.DataFrame
    failures: Mapping[str, str]
    definitions: Definitions

    def at(self, reading: ViewReading) -> pl.DataFrame:
        """The intervals that hold at the last microsecond of a reading."""
        return self.intervals.filter(
            pl.col("entered_at") < reading.reference,
            pl.col("left_at").is_null() | (pl.col("left_at") >= reading.reference),
        )


def memberships(
    reading: ViewReading,
    names: Collection[str] | None = None,
    *,
    ruling: Ruling = "then",
    since: datetime | None = None,
) -> Memberships:
    """The history of segments (default: all of the reading's day), as known at the reading's moment.

    Intervals that ended before `since` are left out. A segment that cannot be evaluated is among the
    failures, with the reason, and takes no other down.
    """
    saved = saved_segments(reading)
    asked = saved.names(on=reading.day) if names is None else list(dict.fromkeys(names))
    failures: dict[str, str] = {}
    pieces: dict[str, list[Piece]] = {}
    for name in asked:
        try:
            saved.check_known(name)
            pieces[name] = saved.pieces(name, reading, ruling=ruling)
        except Unreadable as error:
            failures[name] = str(error)
    intervals, failed = evaluated(reading, pieces, since=since)
    return Memberships(intervals=intervals, failures=failures | failed, definitions=saved)


def evaluated(
    reading: ViewReading, pieces: Mapping[str, Sequence[Piece]], *, since: datetime | None = None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The intervals of conditions by name (columns of INTERVALS), and why some could not be evaluated."""
    lasting = pl.lit(value=True) if since is None else pl.col("left_at").fill_null(since) >= since
    looking = _looking(reading, [piece.condition for told in pieces.values() for piece in told])
    failures: dict[str, str] = {}
    told = []
    for name, parts in pieces.items():
        try:
            intervals = _history(parts, looking).filter(lasting)
            told.append(intervals.select(pl.lit(name).alias("segment"), pl.all()))
        except (NotTold, LookupError, ValueError, pl.exceptions.PolarsError) as error:
            failures[name] = _one_line(error)
    return _named(told, looking.everybody), failures


def members_at(reading: ViewReading, name: str) -> pl.Series:
    """Who is in a segment at a reading's moment: their `customer_id`s, in order; raises Unreadable."""
    found = memberships(reading, [name], since=reading.reference)
    if name in found.failures:
        raise Unreadable(found.failures[name])
    found.definitions.segment(name, on=reading.day)
    return found.at(reading)["customer_id"].sort()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _looking(reading: ViewReading, conditions: Sequence[Condition]) -> Looking:
    """Ready to look up, each source with all columns by which any condition narrows it."""
    narrowed: dict[str, tuple[str, ...]] = {}
    for condition in conditions:
        for part in within(condition):
            if isinstance(part, CountCondition):
                name = source_of(part)
                narrowed[name] = tuple(sorted({*narrowed.get(name, ()), *part.where}))
    return Looking(reading, Everybody(reading), narrowed)


def _history(pieces: Sequence[Piece], looking: Looking) -> pl.DataFrame:
    """[who, entered_…, left_…] under each condition while it is in force, joined where they meet."""
    told = [_clipped(_intervals(piece.condition, looking), piece) for piece in pieces]
    return (
        _joined(pl.concat(told)) if told else _clipped_columns(NOBODY.with_columns(who=pl.lit(0, pl.UInt32)))
    )


def _intervals(condition: Condition, looking: Looking) -> pl.DataFrame:
    """[who, entered_…, left_…] of a condition over all time."""
    atoms: dict[str, Atom] = {}

    def column(atom: Atom) -> pl.Expr:
        atoms[key_of(atom)] = atom
        return pl.col(key_of(atom))

    holds = expression(condition, column)
    truths = {key: looking.truths(atom) for key, atom in atoms.items()}
    base = bool(_at_base(truths).select(holds).item())
    known = _heard_of(looking, truths) if base else nobody_seen()
    rows = _together({**truths, GONE: looking.gone}, known, is_known=not base)
    settled = rows.with_columns(holds=holds & ~pl.col(GONE) & pl.col("is_known"))
    return _between(changed(_last_of_moment(settled), base=False))


def _at_base(truths: Mapping[str, Truths]) -> pl.DataFrame:
    return pl.DataFrame({key: [told.base] for key, told in truths.items()})


def _heard_of(looking: Looking, truths: Mapping[str, Truths]) -> pl.DataFrame:
    """When each person was first heard of: on the customer's own stream, or by what is looked at."""
    everything = pl.concat([looking.customers, *(one.events.seen() for one in truths.values() if one.events)])
    return everything.sort("who", "at", "topic", "stream", "version", nulls_last=True).unique(
        "who", keep="first", maintain_order=True
    )


def _together(truths: Mapping[str, Truths], known: pl.DataFrame, *, is_known: bool) -> pl.DataFrame:
    """Every change of every part, in order, beside what all parts are from then on.

    Each person begins with a row in which every part is at its base, so that filling forward never crosses
    from one to the next. Where everything at its base holds, `is_known` begins when somebody is heard of.
    """
    changes = [
        told.changes.with_columns(pl.col("holds").alias(key)).drop("holds") for key, told in truths.items()
    ]
    heard = known.with_columns(by=pl.lit(EVENT), is_known=pl.lit(value=True))
    people = pl.concat([one.select("who") for one in (*changes, heard)]).unique()
    bases = {key: pl.lit(told.base) for key, told in truths.items()}
    first = people.select("who", at=pl.lit(None, INSTANT), **bases, is_known=pl.lit(is_known))
    rows = pl.concat([first, *changes, heard], how="diagonal")
    ordered = rows.sort(
        "who", "at", "by", "version", descending=[False, False, True, False], maintain_order=True
    )
    return ordered.with_columns(pl.col([*truths, "is_known"]).forward_fill())


def _last_of_moment(rows: pl.DataFrame) -> pl.DataFrame:
    """What holds when everything of a moment has happened, moved by the last of it: events after the time."""
    is_last = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in ("who", "at"))
    return rows.filter(is_last)


def _between(changes: pl.DataFrame) -> pl.DataFrame:
    """Changes in and out as intervals."""
    out = pl.when(pl.col("who") == pl.col("who").shift(-1))
    left = [out.then(pl.col(name).shift(-1)).alias(f"left_{name}") for name in SIDES]
    entered = [pl.col(name).alias(f"entered_{name}") for name in SIDES]
    return changes.select("who", "holds", *entered, *left).filter("holds").drop("holds")


def _clipped(intervals: pl.DataFrame, piece: Piece) -> pl.DataFrame:
    """What lies within a piece; what it cuts was moved by the definition."""
    late = pl.col("entered_at") < piece.start
    early = pl.lit(value=False) if piece.end is None else pl.col("left_at").fill_null(piece.end) >= piece.end
    cut = intervals.filter(
        pl.lit(value=True) if piece.end is None else pl.col("entered_at") < piece.end,
        pl.col("left_at").is_null() | (pl.col("left_at") > piece.start),
    )
    return cut.with_columns(
        *_moved_by_definition("entered", late, piece.start), *_moved_by_definition("left", early, piece.end)
    ).select(_clipped_columns(cut).columns)


def _clipped_columns(intervals: pl.DataFrame) -> pl.DataFrame:
    return intervals.select("who", *(name for name in INTERVALS if name not in {"segment", "customer_id"}))


def _moved_by_definition(side: str, is_cut: pl.Expr, at: object) -> list[pl.Expr]:
    said = {"at": pl.lit(at, INSTANT), "by": pl.lit(DEFINITION), "topic": pl.lit("organisation.configured")}
    return [
        pl.when(is_cut).then(said.get(name, pl.lit(None))).otherwise(f"{side}_{name}").alias(f"{side}_{name}")
        for name in SIDES
    ]


def _joined(intervals: pl.DataFrame) -> pl.DataFrame:
    """Intervals that meet where one definition follows another are one."""
    ordered = intervals.sort("who", "entered_at")
    meets = (pl.col("who") == pl.col("who").shift(1)) & (pl.col("entered_at") == pl.col("left_at").shift(1))
    numbered = ordered.with_columns(run=(~meets.fill_null(value=False)).cum_sum())
    sides = [pl.col(f"entered_{name}").first() for name in SIDES]
    ends = [pl.col(f"left_{name}").last() for name in SIDES]
    return numbered.group_by("run", maintain_order=True).agg(pl.col("who").first(), *sides, *ends).drop("run")


def _named(told: Sequence[pl.DataFrame], everybody: Everybody) -> pl.DataFrame:
    rows = [one.join(everybody.names(), on="who", maintain_order="left") for one in told]
    typed = [one.select(pl.col(name).cast(kind) for name, kind in INTERVALS.items()) for one in rows]
    return pl.concat([NOBODY, *typed])
