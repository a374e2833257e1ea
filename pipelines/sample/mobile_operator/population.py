"""The branch's mid- and high-value customers: when they came, who left, and what went before.

Those who leave have had falling usage, silence, a complaint left open or a contract at its end more often
than others, in the months before; others have had them too: a model finds something, and no certainty.
"""

from functools import lru_cache

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.mobile_operator.counts import (
    CHURNED,
    JOINED,
    LOST,
    MONTHS,
    SENSITIVE,
    SNAPSHOT,
    WON_BACK,
)
from pipelines.sample.request import Request
from pipelines.sample.shares import shares

LAST = MONTHS[-1]
BRANDS = {"全球通": 0.55, "神州行": 0.3, "动感地带": 0.15}
STORES = 40
HIGH_SHARE = 0.2
REFUSING_SHARE = 0.03
# Of churned, of those who came to spend less, and of everybody else.
FALLING = (0.62, 0.8, 0.1)
SILENT = (0.35, 0.1, 0.03)
COMPLAINING = (0.055, 0.01, 0.0045)
OPEN_COMPLAINT = (0.7, 0.1, 0.08)
ENDING = (0.5, 0.2, 0.15)


@lru_cache(maxsize=1)
def population(request: Request) -> pl.DataFrame:
    """One row per customer: number, joined (month; 0 is the snapshot), left (month or null), churns, back.

    falls_from, silent_from, complains_in, ends_in are months or null; is_open says whether the complaint was
    left open. Months are of the year asked for.
    """
    dice = request.dice("mobile_operator", "population")
    joined = _joined(request)
    people = pl.DataFrame({"number": dice.order(joined.len()).cast(pl.Int64), "joined": joined})
    known = _with_departures(people, request=request, dice=dice)
    return _with_signs(_with_traits(known, request=request, dice=dice), dice=dice)


def askable(people: pl.DataFrame) -> pl.DataFrame:
    """Those who were customers for a month at least, whether they stayed or not."""
    return people.filter(pl.col("left").is_null() | (pl.col("left") > 1))


def while_here(count: int, *, dice: Dice) -> pl.Expr:
    """Some month of each row before the one in which they left."""
    months = pl.col("left").fill_null(LAST + 1) - 1
    return 1 + (pl.lit(dice.fractions(count)) * months).cast(pl.Int64)


def _joined(request: Request) -> pl.Series:
    arrivals = shares(request.scaled(sum(JOINED)), [float(month) for month in JOINED])
    counts = pl.Series([request.scaled(SNAPSHOT), *arrivals], dtype=pl.UInt32)
    months = pl.DataFrame({"month": pl.Series(range(len(counts)), dtype=pl.Int64), "count": counts})
    return months.select(pl.col("month").repeat_by("count")).explode("month")["month"].drop_nulls()


def _with_departures(people: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    """Exactly so many of the snapshot are lost in each month, of them so many to other operators."""
    lost = shares(request.scaled(sum(LOST)), [float(month) for month in LOST])
    snapshot = people.filter(pl.col("joined") == 0).height
    deck = dice.dealt({str(month): int(count) for month, count in zip(MONTHS, lost, strict=True)}).cast(
        pl.Int64
    )
    leavers = dice.order(snapshot).head(deck.len())
    churned = min(request.scaled(CHURNED), deck.len())
    departures = pl.DataFrame(
        {"place": leavers, "left": deck, "turn": pl.int_range(deck.len(), eager=True)}
    ).with_columns(churns=pl.col("turn") < churned)
    found = people.with_row_index("place").join(
        departures.with_columns(pl.col("place").cast(pl.UInt32)),
        on="place",
        how="left",
        maintain_order="left",
    )
    # Whoever is won back comes two months or more after leaving, so among the first to have left.
    early = pl.when(pl.col("churns") & (pl.col("left") <= LAST - 2)).then("turn").rank("ordinal")
    return found.with_columns(
        pl.col("churns").fill_null(value=False),
        back=pl.when(early <= request.scaled(WON_BACK)).then(pl.col("left") + 2),
    ).drop("place", "turn")


def _with_traits(people: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    count = people.height
    return people.with_columns(
        brand=pl.lit(dice.picks(count, BRANDS)),
        store=pl.lit(dice.whole(count, below=STORES)),
        is_high=pl.lit(dice.chances(count, share=HIGH_SHARE)),
        refuses=pl.lit(dice.chances(count, share=REFUSING_SHARE)),
        is_sensitive=pl.lit(dice.exactly(count, chosen=min(request.scaled(SENSITIVE), count))),
    ).with_columns(
        spend=(pl.lit(dice.fractions(count)) * 9_000 + 9_000).cast(pl.Int64)
        * pl.when("is_high").then(3).otherwise(1)
    )


def _with_signs(people: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """What went before: in the months before leaving, or for others in any month."""
    count = people.height
    anywhen = pl.lit(dice.whole(count, below=LAST - 1) + 2)

    def chance(shares_of: tuple[float, float, float]) -> pl.Expr:
        churned, lost, other = shares_of
        likely = (
            pl.when("churns").then(churned).when(pl.col("left").is_not_null()).then(lost).otherwise(other)
        )
        return pl.lit(dice.fractions(count)) < likely

    def before(months: int) -> pl.Expr:
        return pl.when(pl.col("left").is_null()).then(anywhen).otherwise((pl.col("left") - months).clip(1))

    return people.with_columns(
        falls_from=pl.when(chance(FALLING)).then(before(3)),
        silent_from=pl.when(chance(SILENT)).then(before(2)),
        complains_in=pl.when(chance(COMPLAINING)).then(before(1)),
        is_open=chance(OPEN_COMPLAINT),
        ends_in=pl.when(chance(ENDING)).then(before(1)),
    )
