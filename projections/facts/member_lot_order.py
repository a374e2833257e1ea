"""What became of lots that are spent in the order of earning, by frames; and which streams have such lots.

This is `domain.member.ledger` wherever both orders of drawing are the order of earning: nobody told a draw, a
reversal or a refund, and of lots in the order of earning neither the moment from which they may be spent nor
the one at which they lapse ever steps back. The events of all other streams are given back.
"""

from datetime import UTC as UTC_ZONE
from datetime import datetime
from decimal import Decimal

import polars as pl

from domain.member.lots import OVERDRAFT
from domain.organisation.rules import RuleBook
from projections.facts.member_lot_intervals import AGES, REDEEMED, STREAM, with_draws
from projections.facts.member_lot_terms import with_terms
from projections.facts.spec import MONEY, UTC

EARNED, EXPIRED = "member.points_earned", "member.points_expired"

LOTS: dict[str, pl.DataType] = {
    "originator_id": pl.String(),
    "lot_id": pl.String(),
    "earned_at": UTC,
    "available_at": UTC,
    "expires_at": UTC,
    **dict.fromkeys(("earned", "reversed", "drawn", "refunded", "expired", "balance"), MONEY),
    **{f"drawn_in_{months}_months": MONEY for months in AGES},
}
PARTS = 10_000
"""Of a point: intervals are counted in whole numbers."""
MANY = Decimal(10**9)
"""Points of one event from which on they are not counted in whole numbers of 64 bits."""
FOREVER = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC_ZONE)
READ = (
    *(STREAM, "position", "occurred_at", "topic", "lot_id", "redemption_id"),
    *("available_at", "expires_at", "programme"),
)
LOT = [STREAM, "lot_id"]


def lots_in_order(posted: pl.DataFrame, rules: RuleBook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the lots of streams that can be read so (LOTS), and give the events of the others.

    `posted` holds the live points events of whole streams, with their `programme`.
    """
    counted = posted.select(*READ, parts=_parts())
    lots = _lots(counted, rules)
    unfit = pl.concat([_unfit_events(counted), _unfit_lots(lots)])
    mine = _without(counted, unfit)
    read = _expired(with_draws(_without(lots, unfit), mine), mine)
    odd = read.filter(pl.col("expired_parts") > pl.col("lapsed_parts")).select(STREAM)
    rows = pl.concat([_rows(read), _overdrafts(read, mine)])
    return _without(rows, odd), posted.join(pl.concat([unfit, odd]), on=STREAM, how="semi")


def _without(rows: pl.DataFrame, streams: pl.DataFrame) -> pl.DataFrame:
    return rows if streams.is_empty() else rows.join(streams, on=STREAM, how="anti")


def _parts() -> pl.Expr:
    """Points in parts; none where they are not above zero, or too many."""
    points = pl.col("points")
    whole = (points * pl.lit(PARTS).cast(MONEY)).cast(pl.Int64)
    return pl.when((points > 0) & (points < MANY)).then(whole)


def _lots(counted: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """The earnings in order, with their terms, their `end` in parts and the stream's last moment."""
    last = counted.group_by(STREAM).agg(last=pl.col("occurred_at").max())
    earned = with_terms(counted.filter(pl.col("topic") == EARNED), rules)
    return (
        earned.sort(STREAM, "occurred_at", "position")
        .join(last, on=STREAM, how="left", maintain_order="left")
        .with_columns(
            end=pl.col("parts").cum_sum().over(STREAM),
            lapses_at=pl.col("due").fill_null(FOREVER),
            is_open=pl.col("available") <= pl.col("last"),
        )
    )


def _unfit_events(counted: pl.DataFrame) -> pl.DataFrame:
    """The streams with other events, with points that are no parts, or a redemption told twice."""
    redeemed = counted.filter(pl.col("topic") == REDEEMED)
    told_twice = redeemed.filter(pl.struct(STREAM, "redemption_id").is_duplicated())
    other = ~pl.col("topic").is_in([EARNED, REDEEMED, EXPIRED]) | pl.col("parts").is_null()
    return pl.concat([counted.filter(other).select(STREAM), told_twice.select(STREAM)])


def _unfit_lots(lots: pl.DataFrame) -> pl.DataFrame:
    """The streams in which a lot is earned twice or out of order, or its day is not known."""
    is_next = pl.col(STREAM) == pl.col(STREAM).shift(1)
    steps_back = (pl.col("available") < pl.col("available").shift(1)) | (
        pl.col("lapses_at") < pl.col("lapses_at").shift(1)
    )
    unfit = (
        (is_next & steps_back)
        | ~pl.col("is_dated")
        | (pl.col("lapses_at") <= pl.col("available"))
        | (pl.col("lot_id") == OVERDRAFT)
        | pl.struct(LOT).is_duplicated()
    )
    return lots.filter(unfit.fill_null(value=False)).select(STREAM)


def _expired(lots: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Add what expired as told; more than can have lapsed where a telling does not fit its lot."""
    told = mine.filter(pl.col("topic") == EXPIRED).select(*LOT, told_at="occurred_at", told_parts="parts")
    misfit = pl.lit(2**62)
    placed = told.join(lots.select(*LOT, "lapses_at", "occurred_at"), on=LOT, how="left").with_columns(
        fits=(pl.col("told_at") >= pl.col("lapses_at")).fill_null(value=False)
    )
    sums = placed.group_by(LOT).agg(
        expired_parts=pl.when(pl.col("fits").all()).then(pl.col("told_parts").sum()).otherwise(misfit)
    )
    return lots.join(sums, on=LOT, how="full", coalesce=True).with_columns(
        pl.col("expired_parts", "lapsed_parts").fill_null(0)
    )


def _rows(lots: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(0, MONEY)
    named = {
        "earned_at": pl.col("occurred_at"),
        "available_at": pl.when(pl.col("available") > pl.col("occurred_at")).then("available"),
        "earned": _points("parts"),
        "reversed": nothing,
        "drawn": _points("drawn_parts"),
        "refunded": nothing,
        "expired": _points("expired_parts"),
        "balance": _points(pl.col("parts") - pl.col("drawn_parts") - pl.col("expired_parts")),
        **{f"drawn_in_{months}_months": _points(f"drawn_{months}") for months in AGES},
    }
    return lots.select(named.pop(name).alias(name) if name in named else name for name in LOTS)


def _overdrafts(lots: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """What every redeeming member's redemptions have in all that no lot gave: nothing, as a rule."""
    given = lots.group_by(STREAM).agg(given=pl.col("drawn_parts").sum())
    redeemed = mine.filter(pl.col("topic") == REDEEMED).group_by(STREAM).agg(spent=pl.col("parts").sum())
    beyond = pl.col("spent") - pl.col("given").fill_null(0)
    sides = {"drawn": _points(beyond), "balance": _points(-beyond)}
    zeros = {name: pl.lit(0, MONEY) for name in ("earned", "reversed", "refunded", "expired")}
    cells = {"lot_id": pl.lit(OVERDRAFT), STREAM: pl.col(STREAM), **sides, **zeros}
    return redeemed.join(given, on=STREAM, how="left").select(
        cells.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in LOTS.items()
    )


def _points(parts: str | pl.Expr) -> pl.Expr:
    whole = pl.col(parts) if isinstance(parts, str) else parts
    return (whole.cast(MONEY) * pl.lit("0.0001").cast(MONEY)).cast(MONEY)
