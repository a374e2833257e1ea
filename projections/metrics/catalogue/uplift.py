"""The difference between two shares kept, and the bounds of its interval."""

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

Z_95 = 1.959963984540054
"""The 0.975 quantile of the standard normal distribution."""
Sums = Mapping[str, int | Fraction]
Bounds = tuple[float, float]


def difference(sums: Sums) -> Fraction | None:
    """Kept of the treated less kept of the control group; null without one of them."""
    shares = _shares(sums)
    return None if shares is None else shares[0] - shares[1]


def lower_95(sums: Sums) -> float | None:
    """The lower bound of the difference."""
    interval = newcombe(sums)
    return None if interval is None else interval[0]


def upper_95(sums: Sums) -> float | None:
    """The upper bound of the difference."""
    interval = newcombe(sums)
    return None if interval is None else interval[1]


def newcombe(sums: Sums) -> Bounds | None:
    """The square-and-add interval from Wilson's bounds of both shares (Newcombe 1998, method 10)."""
    shares = _shares(sums)
    if shares is None:
        return None
    treated, control = map(float, shares)
    low_1, high_1 = wilson(treated, float(sums["campaign_treated"]))
    low_2, high_2 = wilson(control, float(sums["campaign_control"]))
    below = sqrt((treated - low_1) ** 2 + (high_2 - control) ** 2)
    above = sqrt((high_1 - treated) ** 2 + (control - low_2) ** 2)
    return treated - control - below, treated - control + above


def wilson(share: float, count: float) -> Bounds:
    """Wilson's score interval of a share (E. B. Wilson, JASA 22 (1927), 209-212), without correction."""
    middle = 2 * count * share + Z_95**2
    spread = Z_95 * sqrt(Z_95**2 + 4 * count * share * (1 - share))
    scale = 2 * (count + Z_95**2)
    return (middle - spread) / scale, (middle + spread) / scale


def _shares(sums: Sums) -> tuple[Fraction, Fraction] | None:
    treated, control = sums["campaign_treated"], sums["campaign_control"]
    if not treated or not control:
        return None
    return (
        Fraction(sums["campaign_treated_kept"]) / Fraction(treated),
        Fraction(sums["campaign_control_kept"]) / Fraction(control),
    )
