"""A membership programme as data: how points are earned, drawn and expire, how tiers are reached and kept.

```yaml
- kind: programme
  name: club
  valid_from: 2026-01-01
  body:
    expiry: {months: 12}
    tiers: [{name: silver}, {name: gold, threshold: 1000}]
    qualification: {by: points_earned, period: calendar_year}
    accrual:
      bases: [{activity: spend, per: 10, points: 1, rounding: {mode: floor}}]
      multipliers: [{name: gold_bonus, factor: 1.5, tiers: [gold]}]
```
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import msgspec

from domain.organisation.terms import Term, known_zone

Draws = Literal["earliest_expiry", "first_in_first_out"]
QualifiedBy = Literal["balance", "points_earned"]
Period = Literal["calendar_year", "membership_year", "rolling_months"]
Moves = Literal["on_reaching", "at_period_end"]
Kept = Literal["this_period", "next_period"]
Combination = Literal["multiply", "best_of"]
RoundingMode = Literal["floor", "ceiling", "half_up", "half_even"]

STORED_PLACES = 4


class Rounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To how many decimal places, and which way."""

    mode: RoundingMode
    places: int = 0

    def __post_init__(self) -> None:
        """Refuse more places than points have."""
        if not 0 <= self.places <= STORED_PLACES:
            raise ValueError(f"points are rounded to 0 to {STORED_PLACES} places")


class AccrualBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many `points` for every `per` of an activity's amount, rounded where the programme says so."""

    activity: str
    per: Decimal = Decimal(1)
    points: Decimal = Decimal(1)
    rounding: Rounding | None = None

    def __post_init__(self) -> None:
        """Refuse what earns nothing."""
        if self.per <= 0 or self.points <= 0:
            raise ValueError(f"{self.activity!r}: per and points are above zero")


class Multiplier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor on points for whoever and whatever meets every condition that it names.

    Days are local and half-open, as are months of membership: from `tenure_from` on, before `tenure_until`.
    """

    name: str
    factor: Decimal
    activities: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    tenure_from: int = 0
    tenure_until: int | None = None

    def __post_init__(self) -> None:
        """Refuse a factor that takes points away, and conditions that nothing meets."""
        if self.factor <= 0:
            raise ValueError(f"multiplier {self.name!r}: the factor is above zero")
        if self.period_start and self.period_end and self.period_start >= self.period_end:
            raise ValueError(f"multiplier {self.name!r}: its period ends after it starts")
        if self.tenure_until is not None and self.tenure_from >= self.tenure_until:
            raise ValueError(f"multiplier {self.name!r}: tenure_until is above tenure_from")


class Accrual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which activities earn points; factors that apply together are multiplied, or only the best is taken."""

    bases: tuple[AccrualBase, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    combine: Combination = "multiply"
    rounding: Rounding = Rounding(mode="half_up", places=STORED_PLACES)

    def __post_init__(self) -> None:
        """Refuse activities and multipliers named twice, and multipliers of unknown activities."""
        activities = [base.activity for base in self.bases]
        _check_distinct("activity", activities)
        _check_distinct("multiplier", [multiplier.name for multiplier in self.multipliers])
        for multiplier in self.multipliers:
            _check_known(f"multiplier {multiplier.name!r}: activity", multiplier.activities, activities)


class Entitlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tier brings when it is reached: so many of a kind, for a term."""

    kind: str
    quantity: int
    term: Term


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tier and the points from which it is due."""

    name: str
    threshold: Decimal = Decimal(0)
    entitlements: tuple[Entitlement, ...] = ()


class Qualification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tier is due for, when a member moves, and how long a tier is kept.

    A balance is what the member has; points earned are those of a period, less what was reversed, for some
    activities or any. Up: on reaching a threshold, or at the period's end. Down: where points no longer
    suffice, which those earned show at the end of the period for which the tier is kept (the one in which it
    was reached, or the next), after `grace_days` in which the member may make up for it. A tier that somebody
    gave without an end is kept as one reached at that moment.
    """

    by: QualifiedBy
    period: Period = "calendar_year"
    months: int | None = None
    activities: tuple[str, ...] = ()
    moves: Moves = "on_reaching"
    kept: Kept = "next_period"
    grace_days: int = 0

    def __post_init__(self) -> None:
        """Refuse combinations that say nothing."""
        if (self.period == "rolling_months") != (self.months is not None):
            raise ValueError("rolling_months says how many months, no other period does")
        if self.months is not None and self.months < 1:
            raise ValueError("rolling_months are one or more")
        if self.period == "rolling_months" and (self.moves == "at_period_end" or self.by == "balance"):
            raise ValueError("rolling_months have no end: they are for points_earned, moving on_reaching")
        if self.moves == "at_period_end" and self.kept == "this_period":
            raise ValueError("a tier given at a period's end is kept for the next_period")
        if self.grace_days < 0:
            raise ValueError("grace_days are zero or more")


class Programme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a programme says; tiers ascend, and without a qualification nobody moves by points."""

    zone: str | None = None
    draws: Draws = "earliest_expiry"
    expiry: Term | None = None
    pending_days: int = 0
    overdraft: bool = False
    point_value: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    qualification: Qualification | None = None
    accrual: Accrual = msgspec.field(default_factory=Accrual)

    def __post_init__(self) -> None:
        """Refuse tiers that do not ascend, and names that nothing bears."""
        if self.zone is not None:
            known_zone(self.zone)
        if self.pending_days < 0:
            raise ValueError("pending_days are zero or more")
        names = [tier.name for tier in self.tiers]
        _check_distinct("tier", names)
        for multiplier in self.accrual.multipliers:
            _check_known(f"multiplier {multiplier.name!r}: tier", multiplier.tiers, names)
        if self.qualification is not None:
            _check_ascending(self.tiers)

    def tier(self, name: str | None) -> Tier | None:
        """Find a tier by its name."""
        return next((tier for tier in self.tiers if tier.name == name), None)

    def rank(self, name: str | None) -> int:
        """Say how high a tier is: 0 the lowest; -1 none, or one that the programme does not know."""
        return next((rank for rank, tier in enumerate(self.tiers) if tier.name == name), -1)


def _check_ascending(tiers: tuple[Tier, ...]) -> None:
    if not tiers:
        raise ValueError("a qualification needs tiers")
    for lower, upper in pairwise(tiers):
        if lower.threshold >= upper.threshold:
            raise ValueError(
                f"thresholds ascend: {upper.name!r} from {upper.threshold} is not above"
                f" {lower.name!r} from {lower.threshold}"
            )


def _check_distinct(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what} named twice: {', '.join(twice)}")


def _check_known(what: str, names: tuple[str, ...], known: list[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{what} {unknown[0]!r} is not known; known are {', '.join(known) or 'none'}")
