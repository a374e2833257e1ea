"""Callbacks to people who had reported a loss: what the survey tool hands over, one object per callback."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.calls import claim_code
from pipelines.sample.insurer_hotline.claims import Reported, reported
from pipelines.sample.insurer_hotline.counts import CALLBACKS, NO_SERVICE_CARD, REASONS
from pipelines.sample.insurer_hotline.customers import customer_code, tier_of
from pipelines.sample.insurer_hotline.stretches import over_stretches, stretches
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request
from pipelines.sample.shares import Deck, laid, shared_by_name

DAYS_AFTER = 3
AGENTS = 6
Hand = dict[str, int]


def callback_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file: of each stretch of days the callbacks about claims reported in it."""
    among = stretches(request)
    outcomes = Deck(request.scaled_parts(CALLBACKS))
    hands = [outcomes.take(count) for count in over_stretches(outcomes.left, among, lambda part: part.claims)]
    reasons = Deck(_scaled_reasons(sum(hand["dissatisfied"] for hand in hands)))
    valid = [hand["satisfied"] + hand["dissatisfied"] for hand in hands]
    found = min(request.scaled(NO_SERVICE_CARD), sum(valid))
    cards = Deck({"found": found, "none": sum(valid) - found})
    for one, hand, heard in zip(reported(request), hands, valid, strict=True):
        dice = request.dice("callbacks", one.stretch.number)
        made = _made(
            one, hand, reasons=reasons.take(hand["dissatisfied"]), cards=cards.take(heard), dice=dice
        )
        yield made.select(_columns(made, dice=dice))


def _scaled_reasons(dissatisfied: int) -> Hand:
    return shared_by_name(dissatisfied, REASONS)


def _made(one: Reported, hand: Hand, *, reasons: Hand, cards: Hand, dice: Dice) -> pl.DataFrame:
    outcome = dice.dealt(hand)
    count = outcome.len()
    is_chosen = dice.exactly(one.rows.height, chosen=count)
    heard = outcome.is_in(["satisfied", "dissatisfied"])
    year_end = pl.datetime(pl.col("at").dt.year() + 1, 1, 1)
    room = pl.min_horizontal(year_end - pl.col("at"), pl.duration(days=DAYS_AFTER))
    return (
        one.rows.filter(is_chosen)
        .with_columns(
            outcome=outcome,
            heard=heard,
            reason=laid(outcome == "dissatisfied", dice.dealt(reasons)),
            finding=laid(heard, dice.dealt(cards)),
            due=pl.col("at") + room,
            some_time=pl.col("at") + room * (0.1 + 0.85 * pl.lit(dice.fractions(count))),
            by_day=pl.lit(9 * 3_600 + dice.whole(count, below=11 * 3_600)),
            score=laid(outcome == "satisfied", dice.picks(hand["satisfied"], {"5": 0.7, "4": 0.3})),
            poor=laid(outcome == "dissatisfied", dice.picks(hand["dissatisfied"], {"2": 0.5, "1": 0.5})),
            agent="A9" + (1 + dice.whole(count, below=AGENTS)).cast(pl.String).str.zfill(3),
        )
        .with_columns(called=_between_nine_and_eight())
    )


def _between_nine_and_eight() -> pl.Expr:
    """By day where that is between the report and the due moment."""
    by_day = pl.col("some_time").dt.truncate("1d") + pl.duration(seconds="by_day")
    fits = by_day.is_between("at", "due", closed="none")
    return pl.when(fits).then(by_day).otherwise("some_time").dt.truncate("1s")


def _columns(made: pl.DataFrame, *, dice: Dice) -> list[pl.Expr | pl.Series]:
    heard = pl.when("heard")
    return [
        pl.concat_str(pl.lit("HF"), claim_code(pl.col("claim"))).alias("id"),
        claim_code(pl.col("claim")).alias("claim"),
        customer_code("customer").alias("customer.id"),
        tier_of("customer").alias("customer.tier"),
        pl.col("city").alias("branch"),
        _written("at").alias("planned"),
        _written("due").alias("due"),
        _written("called").alias("called"),
        pl.col("agent"),
        pl.col("outcome").ne("not_reached").alias("answer.reached"),
        heard.then(pl.col("outcome") == "satisfied").alias("answer.satisfied"),
        pl.coalesce("score", "poor").cast(pl.Int64).alias("answer.score"),
        pl.col("reason").alias("answer.reason"),
        pl.when(pl.col("finding") == "found").then(pl.lit("no_service_card")).alias("finding"),
        entered(made["called"], dice=dice, late=0.05).dt.strftime("%Y-%m-%d %H:%M:%S").alias("entered"),
    ]


def _written(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%Y-%m-%d %H:%M:%S")
