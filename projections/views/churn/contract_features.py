"""What a customer has signed: how many contracts run, and the one that ends next."""

import polars as pl

from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

CONTRACTS_READ = ("contracts",)


def contract_features(told: ToldRows) -> pl.DataFrame:
    """[person, is_declared, contracts, contract_*] of who has a running contract.

    Where several run, it is the one that ends next, else the one signed last. A contract that has passed its
    end and was not ended still runs, and ends in a negative number of days.
    """
    rows = told.of("contracts", "product", "bundle", "ends_at", "ended_at", "contract_id", at="signed_at")
    running = rows.filter(pl.col("ended_at").is_null()).sort(
        "ends_at", "signed_at", "contract_id", descending=[False, True, False], nulls_last=True
    )
    reference = pl.lit(told.reading.reference)
    return running.group_by(PERSON, maintain_order=True).agg(
        pl.col(IS_DECLARED).any(),
        contracts=pl.len().cast(pl.Int64),
        contract_product=pl.col("product").first(),
        contract_bundle=pl.col("bundle").first(),
        contract_term_months=((pl.col("ends_at") - pl.col("signed_at")).dt.total_hours() / (24 * 30.4375))
        .round(0)
        .cast(pl.Int64)
        .first(),
        contract_ends_in_days=(pl.col("ends_at") - reference).dt.total_days().first(),
    )
