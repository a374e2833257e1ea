"""What customers hold at a moment: running contracts by their bundle, and whether that is a deep bundle."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import polars as pl

from projections.metrics.derived.customer_standing import day_before
from projections.metrics.derived.derived import Reading
from projections.metrics.derived.spans import INSTANT, rule_book

HELD = ["customer", "moment"]


class DeepBundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator calls deep: all of some bundles held at once. The rule `bundle` named `deep`."""

    all_of: frozenset[str]


def with_bundles(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Add product (of the contract signed last), holds_hard, holds_soft, is_deep (null without a rule)."""
    signed = _signed(reading, rows)
    running = signed.filter(pl.col("ended_at").is_null() | (pl.col("ended_at") >= pl.col("moment")))
    held = running.group_by(HELD).agg(
        holds_hard=(pl.col("bundle") == "hard").any(), holds_soft=(pl.col("bundle") == "soft").any()
    )
    last = signed.sort("signed_at", "last_position").group_by(HELD).agg(pl.col("product").last())
    ruled = _ruled(reading, rows.get_column("moment").unique())
    return (
        rows.join(last, on=HELD, how="left")
        .join(held, on=HELD, how="left")
        .join(_deep(ruled, running), on=HELD, how="left")
        .with_columns(
            pl.col("holds_hard", "holds_soft").fill_null(value=False),
            is_deep=pl.when(pl.col("moment").is_in(ruled["moment"].unique().implode())).then(
                pl.col("is_deep").fill_null(value=False)
            ),
        )
    )


def _signed(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Each contract once per moment that it was signed before."""
    contracts = reading.facts("contracts", columns=("signed_at", "ended_at", "bundle", "product")).select(
        "customer", "signed_at", "ended_at", "bundle", "product", "last_position"
    )
    met = rows.select(HELD).join(contracts, on="customer")
    return met.filter(pl.col("signed_at") < pl.col("moment"))


def _ruled(reading: Reading, moments: Iterable[datetime]) -> pl.DataFrame:
    """[moment, bundle, wanted]: the bundles that are deep together, by the rule of the day that closes."""
    book = rule_book(reading, "bundle")
    bodies = [(at, book.body("bundle", "deep", on=day_before(at.astimezone(reading.zone)))) for at in moments]
    rules = [(at, msgspec.json.decode(body, type=DeepBundle)) for at, body in bodies if body is not None]
    return pl.DataFrame(
        [(at, bundle, len(rule.all_of)) for at, rule in rules for bundle in rule.all_of],
        schema={"moment": INSTANT, "bundle": pl.String, "wanted": pl.Int64},
        orient="row",
    )


def _deep(ruled: pl.DataFrame, running: pl.DataFrame) -> pl.DataFrame:
    """[customer, moment, is_deep] of whoever holds one of the bundles."""
    met = running.join(ruled, on=["moment", "bundle"]).group_by(HELD)
    return met.agg(is_deep=pl.col("bundle").n_unique() == pl.col("wanted").first())
