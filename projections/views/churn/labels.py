"""Who left after a cutoff: labels of a window that begins after a gap, as known at the labelling moment."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.periods import moment
from projections.metrics.source import FactSource
from projections.views.churn.model import CHURNED, ID
from projections.views.churn.told_rows import ToldRows
from projections.views.reading import ViewReading

LABELS_READ = ("customers", "churns", "customer_links", "usage_months")
HORIZON_DAYS, GAP_DAYS = 90, 7
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """Whole local days after a cutoff, the end of a local day: a gap, then the days that are labelled."""

    cutoff: date
    gap_days: int = GAP_DAYS
    horizon_days: int = HORIZON_DAYS
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse a gap below zero, and a horizon of nothing."""
        if self.gap_days < 0 or self.horizon_days < 1:
            raise ValueError(
                f"the gap is {self.gap_days} and the horizon {self.horizon_days} days: "
                "a gap has 0 days or more, a horizon 1 or more"
            )

    @cached_property
    def cut_at(self) -> datetime:
        """The end of the cutoff's day, in UTC: what features are told as of, and as known at."""
        return self._after(0)

    @cached_property
    def begins(self) -> datetime:
        """The first instant of the window, in UTC."""
        return self._after(self.gap_days)

    @cached_property
    def ends(self) -> datetime:
        """The instant at which the window is over, in UTC."""
        return self._after(self.gap_days + self.horizon_days)

    @property
    def last_day(self) -> date:
        """The local day at whose end the window is over."""
        return self.cutoff + timedelta(days=self.gap_days + self.horizon_days)

    def _after(self, days: int) -> datetime:
        return moment(self.cutoff + timedelta(days=1 + days), zone=self.zone).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Labelling:
    """The facts as the moment of labelling knows them; `at_position` is the lowest that they stand at."""

    source: FactSource
    at: datetime
    at_position: int

    def reading(self, moment: datetime) -> ViewReading:
        """The facts as of, and as known at, a moment."""
        return ViewReading(
            source=self.source, now=self.at, as_of=moment, known_at=moment, at_position=self.at_position
        )

    @cached_property
    def told(self) -> ToldRows:
        """The facts of the labelling moment, and the persons whom it knows."""
        return ToldRows(self.reading(self.at))

    @cached_property
    def customers(self) -> pl.DataFrame:
        """[customer, registered_at, erased_at, the envelope]."""
        return self.told.reading.facts("customers", columns=("registered_at", "erased_at"))

    @cached_property
    def known_until(self) -> datetime | None:
        """Up to when anything was told of customers, in UTC; null where nothing was.

        Where a source's last file ends before a window does, nobody knows who left in it.
        """
        others = [self.told.reading.facts(fact, columns=()) for fact in ("churns", "usage_months")]
        seen = [rows["last_occurred_at"].max() for rows in (self.customers, *others)]
        return max((at for at in seen if isinstance(at, datetime)), default=None)

    def knows(self, window: Window) -> bool:
        """Whether the window is over, and told of to its last microsecond."""
        until = self.known_until
        return window.ends <= self.at and until is not None and until >= window.ends - TICK


def labels(by: Labelling, window: Window, customers: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, churned] of the customers at a cutoff that have a label; none of an unknown window.

    Churned is whose first leaving from the cutoff on lies in the window, its begin included and its end not;
    that somebody was won back inside it changes nothing, since they had to be. Left out are those who left
    within the gap, those of whom it is known by now that they had left before the cutoff, and those who were
    erased. Persons are those of the cutoff's links.
    """
    if not by.knows(window):
        return pl.DataFrame(schema={ID: pl.String, CHURNED: pl.Boolean})
    told, left = ToldRows(by.reading(window.cut_at)), _leavings(by, window)
    named = left.with_columns(told.whom(left, column="customer", at="churned_at", show="name").alias(ID))
    of_each = named.group_by(ID).agg(
        was_gone=pl.col("was_gone").any(), left_at=pl.col("churned_at").filter(~pl.col("is_before")).min()
    )
    left_too_early = pl.col("was_gone") | (pl.col("left_at") < window.begins)
    labelled = customers.select(ID).join(of_each, on=ID, how="left")
    kept = labelled.filter(~left_too_early.fill_null(value=False))
    erased = by.customers.filter(pl.col("erased_at").is_not_null(), pl.col("registered_at").is_not_null())
    names = told.whom(erased, column="customer", at="registered_at", show="name").alias(ID)
    return kept.join(names.to_frame(), on=ID, how="anti").select(
        ID, pl.col("left_at").is_not_null().alias(CHURNED)
    )


def _leavings(by: Labelling, window: Window) -> pl.DataFrame:
    """[customer, churned_at, is_before, was_gone] of all leavings before the window's end, as known by now.

    `is_before` the cutoff; `was_gone` then, which was not known at the cutoff.
    """
    rows = replace(by.told.reading, as_of=window.ends).facts("churns", columns=("churned_at", "won_back_at"))
    known = by.reading(window.cut_at).facts("churns", columns=())
    is_before = pl.col("churned_at") < window.cut_at
    is_back = (pl.col("won_back_at") < window.cut_at).fill_null(value=False)
    was_known = pl.col("was_known").fill_null(value=False)
    return rows.join(
        known.select("customer", "version", was_known=pl.lit(value=True)),
        on=["customer", "version"],
        how="left",
    ).select("customer", "churned_at", is_before=is_before, was_gone=is_before & ~is_back & ~was_known)
