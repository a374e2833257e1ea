"""Motor claims that somebody was dispatched for, judged by the repair routing in force on that day."""

from collections.abc import Mapping

import polars as pl

from domain.organisation.repair_routing import MOTOR, REPAIR_ROUTING
from domain.organisation.rule_bodies import RepairRouting
from projections.metrics.derived.claim_durations import ABOUT, CLAIMS
from projections.metrics.derived.claim_times import (
    UTC,
    Schema,
    local_day,
    rule_read_as,
    whole_time,
    with_rule_of_the_day,
)
from projections.metrics.derived.derived import Derived, Reading

SCHEMA: Schema = {
    **ABOUT,
    "brand": pl.String(),
    "repair_shop": pl.String(),
    "dispatched_at": UTC,
    "is_routed": pl.Boolean(),
    "is_match": pl.Boolean(),
}
"""`is_routed`: a policy was in force; `is_match`: it sends cars of the brand to that shop."""
PAIRS: Mapping[str, pl.DataType] = {"rule": pl.String(), "brand": pl.String(), "repair_shop": pl.String()}


def rows(reading: Reading) -> pl.DataFrame:
    """One row per motor claim, by its first dispatch."""
    claims = reading.facts(
        CLAIMS,
        columns=(*ABOUT, "brand", "repair_shop", "dispatched_at"),
        time=whole_time(reading, "dispatched_at"),
    ).filter(pl.col("line").str.starts_with(MOTOR))
    policies = reading.rules(REPAIR_ROUTING).filter(name=MOTOR)
    dated = with_rule_of_the_day(claims, policies, day=local_day("dispatched_at", reading))
    return (
        dated.join(_pairs(policies["body"]), on=["rule", "brand", "repair_shop"], how="left")
        .with_columns(pl.col("is_match").fill_null(value=False), is_routed=pl.col("rule").is_not_null())
        .drop("rule")
    )


def _pairs(bodies: pl.Series) -> pl.DataFrame:
    """[rule, brand, repair_shop, is_match]: every shop that a policy names for a brand."""
    told = [
        (body, brand, shop)
        for body in bodies.unique()
        for brand, shops in (rule_read_as(body, RepairRouting) or {}).items()
        for shop in sorted(shops)
    ]
    return pl.DataFrame(told, schema=dict(PAIRS), orient="row").with_columns(is_match=pl.lit(value=True))


ROUTED_CLAIMS = Derived(
    name="routed_claims", reads=(CLAIMS, "organisation_rules"), keys=("claim",), schema=SCHEMA, rows=rows
)
