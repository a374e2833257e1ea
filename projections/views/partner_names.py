"""Clubs and merchants as redemptions and visits name them: what kind each is, and under which brand."""

import polars as pl

from projections.views.reading import ViewReading

STREAM = "partner-"


def partner_id() -> pl.Expr:
    """A partner as events name it, without the stream's prefix."""
    return pl.col("partner").str.strip_prefix(STREAM).alias("partner_id")


def partner_kinds(reading: ViewReading) -> pl.DataFrame:
    """[partner_id, partner_kind, brand] of every partner: a club, a merchant or a repair shop."""
    partners = reading.facts("partners", columns=("kind", "brand"))
    return partners.select(partner_id(), "brand", partner_kind="kind")
