"""Customers here at the end of a period: what they hold by running contracts, and if a deep bundle."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import polars as pl

from projections.metrics.derived.customer_standing import day_before, standing, with_classes
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, begun_spans, rule_book

HELD = ["customer", "moment"]


class DeepBundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator calls deep: all of some bundles held at once. The rule `bundle` named `deep`."""

    all_of: frozenset[str]


def customer_bundles(reading: Reading) -> pl.DataFrame:
    """One row per period that has begun and customer here at its end; `is_deep` is null without a rule."""
    spans = begun_spans(reading)
    here = standing(reading, spans["period_end"].to_list()).filter("is_here")
    rows = with_classes(reading, here)
    running = _running(reading, rows)
    held = running.group_by(HELD).agg(
        holds_hard=(pl.col("bundle") == "hard").any(), holds_soft=(pl.col("bundle") == "soft").any()
    )
    ruled = _ruled(reading, rows["moment"].unique())
    is_ruled = pl.col("moment").is_in(ruled["moment"].unique().implode())
    return (
        rows.join(held, on=HELD, how="left")
        .join(_deep(ruled, running), on=HELD, how="left")
        .join(spans, left_on="moment", right_on="period_end")
        .with_columns(
            pl.col("holds_hard", "holds_soft").fill_null(value=False),
            is_deep=pl.when(is_ruled).then(pl.col("is_deep").fill_null(value=False)),
        )
        .rename({"moment": "period_end"})
        .select("customer", "period_end", *SCHEMA, *ENVELOPE_COLUMNS)
    )


def _running(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer, moment, bundle] of each contract that runs at a moment."""
    contracts = reading.facts("contracts", envelope=False, columns=("signed_at", "ended_at", "bundle"))
    met = rows.select(HELD).join(
        contracts.select("customer", "signed_at", "ended_at", "bundle"), on="customer"
    )
    return met.filter(
        pl.col("signed_at") < pl.col("moment"),
        pl.col("ended_at").is_null() | (pl.col("ended_at") >= pl.col("moment")),
    ).select(*HELD, "bundle")


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


SCHEMA = {
    "customer_id": pl.String(),
    "unit": pl.String(),
    "tier": pl.String(),
    "value": pl.String(),
    "population": pl.String(),
    "holds_hard": pl.Boolean(),
    "holds_soft": pl.Boolean(),
    "is_deep": pl.Boolean(),
    "at": INSTANT,
}

CUSTOMER_BUNDLES = Derived(
    name="customer_bundles",
    reads=("customers", "churns", "customer_classes", "contracts", "organisation_rules"),
    keys=("customer", "period_end"),
    schema=SCHEMA,
    rows=customer_bundles,
)
