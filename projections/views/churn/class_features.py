"""What a customer is classified as, in every scheme that the organisation's data has."""

import polars as pl

from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

CLASSES_READ = ("customer_classes",)
PREFIX = "class_"


def class_features(told: ToldRows, left: pl.DataFrame) -> pl.DataFrame:
    """[person, is_declared, class_<scheme>…]: the value given last in each scheme.

    A class ends by leaving: of those who came back only what was said since counts. `left` is [person,
    left_at].
    """
    rows = told.of("customer_classes", "scheme", "value", "last_position", at="classified_at")
    rows = rows.join(left.select(PERSON, "left_at"), on=PERSON)
    since = rows.filter((pl.col("classified_at") > pl.col("left_at")).fill_null(value=True))
    # Within a group the order of the rows is kept.
    last = (
        since.filter(pl.col("scheme").is_not_null())
        .sort("classified_at", "last_position")
        .group_by(PERSON, "scheme")
        .agg(pl.col(IS_DECLARED).any(), pl.col("value").last())
    )
    declared = last.group_by(PERSON).agg(pl.col(IS_DECLARED).any())
    schemes = sorted(last["scheme"].unique())
    for scheme in schemes:
        told_of = last.filter(scheme=scheme).select(PERSON, pl.col("value").alias(f"{PREFIX}{scheme}"))
        declared = declared.join(told_of, on=PERSON, how="left")
    return declared
