"""Who left after a cutoff: labels of a window that begins after a gap, as known at the labelling moment."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.periods import moment
from projections.views.churn.model import CHURNED, ID
from projections.views.churn.told_rows import ToldRows
from projections.views.reading import ViewReading

LABELS_READ = ("customers", "churns", "customer_links", "usage_months")
HORIZON_DAYS, GAP_DAYS = 90, 7


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

    def _after(self, days: int) -> datetime:
        return moment(self.cutoff + timedelta(days=1 + days), zone=self.zone).astimezone(UTC)


def known_until(labelling: ViewReading) -> datetime | None:
    """Up to when anything was told of customers, as the labelling moment knows; null where nothing was.

    Where a source's last file ends before a window does, nobody knows who left in it.
    """
    seen = [
        labelling.facts(fact, columns=())["last_occurred_at"].max() for fact in ("customers", "usage_months")
    ]
    times = [at for at in seen if isinstance(at, datetime)]
    return max(times, default=None)


def is_known(window: Window, *, until: datetime | None, labelled_at: datetime) -> bool:
    """Whether the window is over at the labelling moment, and told of to its last microsecond."""
    last = window.ends - timedelta(microseconds=1)
    return window.ends <= labelled_at and until is not None and until >= last


def labels(cut: ViewReading, labelling: ViewReading, window: Window, customers: pl.DataFrame) -> pl.DataFrame:
    """[customer_id, churned] of the customers at a cutoff that have a label.

    `cut` reads the facts at the cutoff, by whose links persons are joined; `labelling` those of the labelling
    moment. Churned is whose first leaving from the cutoff on lies in the window, its begin included and its
    end not; whether they were won back inside it changes nothing, since they had to be. Left out are those
    who left within the gap, those of whom it is known by now that they had left before the cutoff, and those
    who were erased.
    """
    told, left = ToldRows(cut), _leavings(cut, labelling, window)
    named = left.with_columns(told.whom(left, column="customer", at="churned_at", show="name").alias(ID))
    of_each = named.group_by(ID).agg(
        was_gone=pl.col("was_gone").any(), left_at=pl.col("churned_at").filter(~pl.col("is_before")).min()
    )
    left_too_early = pl.col("was_gone") | (pl.col("left_at") < window.begins)
    labelled = customers.select(ID).join(of_each, on=ID, how="left")
    kept = labelled.filter(~left_too_early.fill_null(value=False))
    return kept.join(_erased(told, labelling), on=ID, how="anti").select(
        ID, pl.col("left_at").is_not_null().alias(CHURNED)
    )


def _leavings(cut: ViewReading, labelling: ViewReading, window: Window) -> pl.DataFrame:
    """[customer, churned_at, is_before, was_gone] of all leavings before the window's end, as known by now.

    `is_before` the cutoff; `was_gone` then, which was not known at the cutoff.
    """
    ended = replace(labelling, as_of=window.ends, known_at=labelling.reference)
    rows = ended.facts("churns", columns=("churned_at", "won_back_at"))
    known = cut.facts("churns", columns=()).select("customer", "version", was_known=pl.lit(value=True))
    is_before = pl.col("churned_at") < window.cut_at
    is_back = (pl.col("won_back_at") < window.cut_at).fill_null(value=False)
    was_known = pl.col("was_known").fill_null(value=False)
    return rows.join(known, on=["customer", "version"], how="left").select(
        "customer", "churned_at", is_before=is_before, was_gone=is_before & ~is_back & ~was_known
    )


def _erased(told: ToldRows, labelling: ViewReading) -> pl.DataFrame:
    rows = labelling.facts("customers", columns=("registered_at", "erased_at"))
    erased = rows.filter(pl.col("erased_at").is_not_null(), pl.col("registered_at").is_not_null())
    return erased.select(told.whom(erased, column="customer", at="registered_at", show="name").alias(ID))
