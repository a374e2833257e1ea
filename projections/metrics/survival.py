"""How long it takes until something happens that has not happened to all yet: the Kaplan-Meier estimate.

E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958) 457-481.
"""

import polars as pl

from projections.metrics.statistic import Statistic

ROUNDING = 1e-9
"""A product of quotients of whole numbers may miss a half by its last digits."""


def median_survival(*, ended: str) -> Statistic:
    """The smallest time by which, as estimated, half have ended; null while more than half last longer.

    The amounts are the times observed; where the column `ended` is false, the case was only watched so long.
    At one time, cases end before others are no longer watched.
    """

    def of(time: pl.Expr) -> pl.Expr:
        is_end = pl.col(ended).fill_null(value=False)
        order = [time, ~is_end]
        at_risk = pl.len() - pl.int_range(pl.len())
        survive = 1 - is_end.sort_by(order).cast(pl.Float64) / at_risk
        surviving = survive.cum_prod()
        return time.sort_by(order).cast(pl.Float64).filter(surviving <= 0.5 + ROUNDING).first()

    return Statistic(name="median of the Kaplan-Meier estimate", of=of, columns=(ended,))
