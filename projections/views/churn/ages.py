"""Whom time alone gives another score: what leaves a window, and what comes into another bin of a model."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import ceil, floor

from domain.organisation.churn_bins import CategoryBins
from domain.organisation.churn_models import PurchaseHistory, RuleScore, Scorecard
from projections.views.churn.in_force import models_in_force
from projections.views.churn.service_features import RECENT_DAYS, YEAR_DAYS
from projections.views.churn.spend_features import USAGE_DAYS
from projections.views.reading import TICK, ViewReading
from projections.views.view import Age, Aged

NO_LONGER_READ = (
    Age(fact="usage_months", column="told_at", days=USAGE_DAYS),
    Age(fact="calls", column="offered_at", days=YEAR_DAYS),
    Age(fact="calls", column="rated_at", days=YEAR_DAYS),
    Age(fact="requests", column="raised_at", days=YEAR_DAYS),
    Age(fact="complaints", column="filed_at", days=YEAR_DAYS),
    Age(fact="customer_ratings", column="rated_at", days=YEAR_DAYS),
    Age(fact="dissatisfactions", column="dissatisfied_at", days=YEAR_DAYS),
    Age(fact="contacts", column="contacted_at", days=RECENT_DAYS),
    Age(fact="warnings", column="warned_at", days=RECENT_DAYS),
)
"""Whether a history is declared may hang on any row that is read, whatever the model asks."""
RECENT = {
    "calls_90_days": Age(fact="calls", column="offered_at", days=RECENT_DAYS),
    "cancellations_90_days": Age(fact="requests", column="raised_at", days=RECENT_DAYS),
    "complaints_90_days": Age(fact="complaints", column="filed_at", days=RECENT_DAYS),
}
HEARD_BY = (
    ("calls", "offered_at"),
    ("requests", "raised_at"),
    ("complaints", "filed_at"),
    ("customer_ratings", "rated_at"),
)
COUNTED_BY_TIME = ("tenure_months", "contract_ends_in_days", "days_since_contact")
ONE_DAY = timedelta(days=1)

Body = Scorecard | PurchaseHistory | RuleScore


def aging(reading: ViewReading) -> list[Aged] | None:
    """Whose score may not be that of the day before, by the models of the reading's day; None: everybody's.

    Everybody's are on the first of a month, since silence in use and purchases are counted by months.
    """
    bodies = [one.body.model for one in models_in_force(reading)]
    steps = steps_of(bodies)
    if reading.day.day == 1 or not _by_category(bodies).isdisjoint(COUNTED_BY_TIME):
        return None
    windows = [*NO_LONGER_READ, *(age for name, age in RECENT.items() if name in steps)]
    return [
        *(age.on(reading) for age in windows),
        *(_registered_for(reading, step) for step in steps.get("tenure_months", ())),
        *(_ends_within(reading, step) for step in steps.get("contract_ends_in_days", ())),
        *(one for step in steps.get("days_since_contact", ()) for one in _silent_for(reading, step)),
        *(_lapsing(reading) if "points_lapsing_90_days" in steps else ()),
    ]


def steps_of(bodies: Sequence[Body]) -> dict[str, set[int]]:
    """By feature that is asked for: the whole numbers that a model tells from the number below them."""
    steps: dict[str, set[int]] = {}
    for body in bodies:
        for feature, lowest in _bounds(body):
            steps.setdefault(feature, set()).update(lowest)
    return steps


def _bounds(body: Body) -> Iterator[tuple[str, Sequence[int]]]:
    """Each feature with the least whole numbers above its edges, or within its bounds."""
    if isinstance(body, Scorecard):
        for part in body.parts:
            edges = () if isinstance(part, CategoryBins) else part.edges
            yield part.feature, [floor(edge) + 1 for edge in edges]
    elif isinstance(body, RuleScore):
        for one in body.conditions:
            from_here = () if one.at_least is None else (ceil(one.at_least),)
            no_more = () if one.at_most is None else (floor(one.at_most) + 1,)
            yield one.feature, (*from_here, *no_more)


def _by_category(bodies: Sequence[Body]) -> set[str]:
    """The features of which each value has points of its own."""
    parts = (part for body in bodies if isinstance(body, Scorecard) for part in body.parts)
    conditions = (one for body in bodies if isinstance(body, RuleScore) for one in body.conditions)
    binned = {part.feature for part in parts if isinstance(part, CategoryBins)}
    return binned | {one.feature for one in conditions if one.any_of}


def _registered_for(reading: ViewReading, months: int) -> Aged:
    """Who has now been registered for so many whole months, and was not the day before."""
    first, last = (_months_before(day, months) for day in (reading.day - ONE_DAY, reading.day))
    since, until = (reading.begin_of(day + ONE_DAY) for day in (first, last))
    return Aged("customers", "registered_at", since, until)


def _months_before(day: date, months: int) -> date:
    """The last day from which so many whole months have passed."""
    count = day.year * 12 + day.month - 1 - months
    year, month = max(count // 12, 1), count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _ends_within(reading: ViewReading, days: int) -> Aged:
    """What ended in so many whole days or more at the end of the day before, and ends in fewer now.

    Whole days are cut off towards zero, so that a contract over by hours ends in 0 days.
    """
    ahead = days * ONE_DAY if days > 0 else (days - 1) * ONE_DAY + TICK
    before, now = _ends_of_days(reading)
    return Aged("contracts", "ends_at", before + ahead, now + ahead)


def _silent_for(reading: ViewReading, days: int) -> Iterator[Aged]:
    """Who last spoke so many whole days ago now, if not again later, and fewer a day before."""
    before, now = (end - days * ONE_DAY + TICK for end in _ends_of_days(reading))
    return (Aged(fact, column, before, now) for fact, column in HEARD_BY)


def _lapsing(reading: ViewReading) -> Iterator[Aged]:
    """Points that begin to lapse soon, or have lapsed."""
    before, now = _ends_of_days(reading)
    ahead = (timedelta(days=RECENT_DAYS), timedelta())
    return (Aged("member_lots", "expires_at", before + one, now + one) for one in ahead)


def _ends_of_days(reading: ViewReading) -> tuple[datetime, datetime]:
    """When the day before was over, and the reading's own moment."""
    return reading.begin_of(reading.day), reading.reference
