"""Who is a customer at a reading's moment: registered, not gone, not erased; persons joined by links."""

import polars as pl

from projections.views.churn.model import ID
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

CUSTOMERS_READ = ("customers", "churns", "customer_links")


def here(told: ToldRows) -> pl.DataFrame:
    """[person, customer_id, registered_at, left_at, is_declared], one row per person who is a customer.

    A person is gone who left under one of their pseudonyms and neither came back nor registered anew since;
    `left_at` is when those who came back had left last.
    """
    return (
        registered(told)
        .join(_leavings(told), on=PERSON, how="left")
        .filter(~pl.col("is_erased"), ~_is_gone())
        .with_columns(is_declared=pl.col(IS_DECLARED) | pl.col("leaving_is_declared").fill_null(value=False))
        .select(PERSON, ID, "registered_at", "left_at", IS_DECLARED)
    )


def registered(told: ToldRows) -> pl.DataFrame:
    """[person, customer_id, registered_at, registered_anew_at, is_erased, is_declared] of who ever was.

    A pseudonym's own leaving stands whatever was told before its registration; another one's registration
    after it ends it.
    """
    rows = told.of("customers", "erased_at", "customer", at="registered_at")
    named = rows.with_columns(told.whom(rows, column="customer", at="registered_at", show="name"))
    return named.group_by(PERSON).agg(
        pl.col("name").min().alias(ID),
        pl.col("registered_at").min(),
        registered_anew_at=pl.when(pl.len() > 1).then(pl.col("registered_at").max()),
        is_erased=pl.col("erased_at").is_not_null().any(),
        is_declared=pl.col(IS_DECLARED).any(),
    )


def _leavings(told: ToldRows) -> pl.DataFrame:
    rows = told.of("churns", "won_back_at", at="churned_at")
    return rows.group_by(PERSON).agg(
        left_at=pl.col("churned_at").max(),
        gone_at=pl.col("churned_at").filter(pl.col("won_back_at").is_null()).max(),
        back_at=pl.col("won_back_at").max(),
        leaving_is_declared=pl.col(IS_DECLARED).any(),
    )


def _is_gone() -> pl.Expr:
    last_seen = pl.max_horizontal("registered_anew_at", "back_at")
    is_back = (last_seen > pl.col("gone_at")).fill_null(value=False)
    return pl.col("gone_at").is_not_null() & ~is_back
