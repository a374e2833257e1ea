"""Which documents claims still lack, by the document list of the day of the report."""

from datetime import date
from decimal import Decimal

import polars as pl

from domain.organisation.claim_rules_in_force import ANY_LINE, document_list
from domain.organisation.rules import RuleBook
from projections.facts.spec import MONEY
from projections.views.rules_of_the_day import days_of_change, last_of

DOCUMENT_LIST = "document_list"
NEEDED: dict[str, pl.DataType] = {
    "needs_line": pl.String(),
    "needs_day": pl.Date(),
    "from_amount": MONEY,
    "place": pl.Int64(),
    "needed": pl.String(),
    "kind": pl.String(),
}


def missing_documents(claims: pl.DataFrame, received: pl.DataFrame, *, rules: RuleBook) -> pl.DataFrame:
    """[claim, documents_missing] of claims that lack any: in the list's order, comma-joined.

    `claims` has [claim, line, reported_day, amount], `received` [claim, kind]. One of several reads
    `value_invoice or repair_invoice`.
    """
    day = last_of(days_of_change(rules, DOCUMENT_LIST), pl.col("reported_day"))
    placed = claims.with_columns(needs_line=pl.col("line").fill_null(ANY_LINE), needs_day=day)
    needed = _needed(placed.select("needs_line", "needs_day").unique(), rules)
    here = received.select("claim", "kind").unique().with_columns(is_here=pl.lit(value=True))
    return (
        placed.join(needed, on=["needs_line", "needs_day"])
        .filter(pl.col("amount") >= pl.col("from_amount"))
        .join(here, on=["claim", "kind"], how="left")
        .group_by("claim", "place", "needed")
        .agg(pl.col("is_here").any())
        .filter(~pl.col("is_here"))
        .sort("claim", "place")
        .group_by("claim", maintain_order=True)
        .agg(documents_missing=pl.col("needed").str.join(","))
    )


def _needed(lists: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """Every document that a list names from an amount on; those of an either-or share one place."""
    told: list[tuple[str, date, Decimal, int, str, str]] = []
    for line, day in lists.drop_nulls().rows():
        bands = document_list(rules, line=line, on=day).bands
        entries = [(band.from_amount, entry) for band in bands for entry in band.documents]
        for place, (from_amount, entry) in enumerate(entries):
            kinds = (entry,) if isinstance(entry, str) else entry
            told += [(line, day, from_amount, place, " or ".join(kinds), kind) for kind in kinds]
    return pl.DataFrame(told, schema=NEEDED, orient="row")
