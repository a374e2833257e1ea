"""BG/NBD, the model of repeat purchases: its likelihood, who is still alive, and who will not buy again.

A customer who is alive buys at a rate that is gamma(r, alpha) over customers, and leaves for good after each
purchase with a chance that is beta(a, b). Of a customer are known x, the purchases after the first one, t_x,
the time from the first to the last, and T, the time from the first until now, in one unit. Fader, Hardie &
Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), equations 6 and 7 and appendix.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from projections.views.churn.model import NothingToLearnFrom

START = (1.0, 1.0, 1.0, 1.0)
BOUND = 12.0
"""No parameter is further from 1 than this, in logarithms, time being counted in mean ages."""
STEPS = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000}
DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The four parameters; alpha is in the unit of time of the histories."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Distinct histories as arrays: x, t_x, T, and how many customers have each."""

    repeats: Any
    recency: Any
    age: Any
    customers: Any


def histories(rows: pl.DataFrame) -> Histories:
    """Histories of [repeats, recency, age], sorted, so that the order of customers changes nothing."""
    alike = rows.group_by("repeats", "recency", "age").len("customers").sort("repeats", "recency", "age")
    told = {name: alike[name].cast(pl.Float64).to_numpy() for name in alike.columns}
    return Histories(**told)


def fitted(known: Histories) -> Rates:
    """The likeliest parameters; `NothingToLearnFrom` where nobody bought twice."""
    from scipy.optimize import minimize

    if not np.any(known.repeats > 0):
        raise NothingToLearnFrom("nobody bought twice: a purchase history has nothing to learn from")
    unit = float(np.average(known.age, weights=known.customers))
    scaled = Histories(
        repeats=known.repeats,
        recency=known.recency / unit,
        age=known.age / unit,
        customers=known.customers,
    )
    found = minimize(
        lambda logs: minus_log_likelihood(logs, scaled),
        np.log(START),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * len(START),
        options=STEPS,
    )
    r, alpha, a, b = np.exp(found.x)
    return Rates(r=_told(r), alpha=_told(alpha * unit), a=_told(a), b=_told(b))


def minus_log_likelihood(logs: Any, known: Histories) -> tuple[float, Any]:
    """Minus the mean log-likelihood of a customer, and its slope, by the logarithms of r, alpha, a, b."""
    from scipy.special import expit, gammaln, psi

    r, alpha, a, b = np.exp(logs)
    x, last, age = known.repeats, known.recency, known.age
    alive = -(r + x) * np.log(alpha + age)
    after = np.maximum(b + x - 1, b)
    left = np.where(x > 0, np.log(a / after) - (r + x) * np.log(alpha + last), -np.inf)
    likelihood = (
        gammaln(r + x)
        - gammaln(r)
        + r * np.log(alpha)
        + gammaln(a + b)
        + gammaln(b + x)
        - gammaln(b)
        - gammaln(a + b + x)
        + np.logaddexp(alive, left)
    )
    gone = expit(left - alive)
    here = 1 - gone
    slope = (
        psi(r + x) - psi(r) + np.log(alpha) - here * np.log(alpha + age) - gone * np.log(alpha + last),
        r / alpha - (r + x) * (here / (alpha + age) + gone / (alpha + last)),
        psi(a + b) - psi(a + b + x) + gone / a,
        psi(a + b) + psi(b + x) - psi(b) - psi(a + b + x) - gone / after,
    )
    share = known.customers / known.customers.sum()
    slopes = np.array([each @ share for each in slope])
    return -float(likelihood @ share), -slopes * np.exp(logs)


def _told(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def log_odds_gone(rates: Rates, *, repeats: pl.Expr, recency: pl.Expr, age: pl.Expr) -> pl.Expr:
    """Log-odds of having left; of who never bought again minus infinity: one leaves after a repeat only."""
    longer = (age + rates.alpha).log() - (recency + rates.alpha).log()
    told = np.log(rates.a) - (repeats + (rates.b - 1)).log() + (repeats + rates.r) * longer
    return pl.when(repeats > 0).then(told).otherwise(float("-inf"))


def probability_alive(rates: Rates, *, repeats: pl.Expr, recency: pl.Expr, age: pl.Expr) -> pl.Expr:
    """P(alive) now: Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model."""
    return 1 / (1 + log_odds_gone(rates, repeats=repeats, recency=recency, age=age).exp())


def log_odds_silent(
    rates: Rates, *, repeats: pl.Expr, recency: pl.Expr, age: pl.Expr, ahead: float
) -> pl.Expr:
    """Log-odds of buying nothing for a time `ahead`, in the unit of the histories.

    Either one has left, or is alive with a rate gamma(r + x, alpha + T) and buys nothing with a chance
    s = ((alpha + T) / (alpha + T + ahead))^(r + x): nobody leaves between two purchases. With the odds o of
    having left, the odds of silence are (o + s) / (1 - s).
    """
    gone = log_odds_gone(rates, repeats=repeats, recency=recency, age=age)
    silent = (repeats + rates.r) * ((age + rates.alpha).log() - (age + (rates.alpha + ahead)).log())
    higher, lower = pl.max_horizontal(gone, silent), pl.min_horizontal(gone, silent)
    return higher + (lower - higher).exp().log1p() - (1 - silent.exp()).log()
