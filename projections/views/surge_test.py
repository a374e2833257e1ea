"""Whether a count is more than the counts before it lead one to expect: a conditional test of two means.

Of all complaints of the day and of `days` comparable days before, each falls on the day with probability
1/(days + 1) if nothing changed; so the chance of as many or more on the day is a binomial tail, exact and
with the uncertainty of so short a history in it (Przyborowski and Wilenski, Biometrika 31, 1940, 313-323).
Where the days before vary by more than chance, all counts are divided by that excess, the dispersion:
Pearson's chi-squared over its degrees of freedom, at least 1, as in Farrington et al., J. R. Stat. Soc. A
159, 1996, 547-563, from where the floor of five is too.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Counts = npt.NDArray[np.float64]

THRESHOLD = 0.001
"""A surge is what chance brings about less often than this: once in three years for one unit and category."""
LEAST = 5
"""Fewer complaints on one day are no surge, whatever was before."""
DIGITS = 6


def dispersion(before: str) -> pl.Expr:
    """How much more the counts in a list column vary than chance lets them: 1 for chance, and for one day."""
    counts = pl.col(before).cast(pl.List(pl.Float64))
    mean, days = counts.list.mean(), counts.list.len()
    excess = counts.list.var(ddof=1) / mean
    return pl.when((days > 1) & (mean > 0)).then(pl.max_horizontal(excess, pl.lit(1.0))).otherwise(1.0)


def chance(rows: pl.DataFrame) -> pl.Series:
    """The chance of at least `observed` by the counts `before`; null where there is no day before.

    `rows` has [observed, before (list of counts), dispersion]. Rounded to six decimals.
    """
    from scipy.special import betainc  # noqa: PLC0415 - takes as long to import as all views together

    spread: Counts = rows["dispersion"].to_numpy()
    observed: Counts = rows["observed"].to_numpy() / spread
    total: Counts = rows["before"].list.sum().to_numpy() / spread
    days = rows["before"].list.len().to_numpy()
    tail: Any = betainc(np.maximum(observed, np.finfo(float).tiny), total + 1, 1 / (days + 1))
    told = pl.Series("chance", np.where(observed > 0, tail, 1.0)).round(DIGITS)
    return pl.select(pl.when(rows["before"].list.len() > 0).then(told)).to_series().alias("chance")


def is_surge() -> pl.Expr:
    """Whether a row [observed, chance] is a surge."""
    return ((pl.col("chance") < THRESHOLD) & (pl.col("observed") >= LEAST)).fill_null(value=False)
