"""What customers did and what was done with them, by person: calls, complaints, usage, points, contacts."""

from datetime import timedelta

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.customer_identity import CALL_RATING, RECENT_DAYS, Known
from projections.views.people import WHO

USAGE_DAYS = 184
"""Usage that began within so many days is looked at: half a year."""
MONTHS = 3
CONTACT_DAYS = 30
WARNING_DAYS = 90
EXPIRY_DAYS = 90
RATING = ("satisfied", "score", "scale")
UNITS_OF_MONEY = 10_000
CALLBACK_CHANNEL = "callback"
"""A contact on this channel repeats an attempt that the callback's own stream tells."""


def inbound_calls(known: Known) -> pl.DataFrame:
    """[who, calls_30_days, calls_90_days, last_inbound_at] of inbound calls, however they ended."""
    inbound = known.calls.select(WHO, "direction", "offered_at").filter(direction="inbound")
    return inbound.group_by(WHO).agg(
        *(_within(days, "offered_at", known).alias(f"calls_{days}_days") for days in (30, 90)),
        last_inbound_at=pl.col("offered_at").max(),
    )


def complaints(known: Known) -> pl.DataFrame:
    """[who, complaints_90_days, complaints_365_days, open_complaints, last_complaint_at]."""
    filed = known.read("complaints", "closed_at", at="filed_at")
    return filed.group_by(WHO).agg(
        *(_within(days, "filed_at", known).alias(f"complaints_{days}_days") for days in (90, 365)),
        open_complaints=pl.col("closed_at").is_null().sum().cast(pl.Int64),
        last_complaint_at=pl.col("filed_at").max(),
    )


def usage(known: Known) -> pl.DataFrame:
    """[who, spend_last_month, spend_mean_3_months, last_usage_month] of the latest months of usage."""
    rows = known.reading.facts(
        "usage_months",
        envelope=False,
        columns=("period_end", "spend", "told_at"),
        time=("period_start", known.reading.day - timedelta(days=USAGE_DAYS - 1), None),
    )
    placed = known.people.placed(rows, "period_start", "period_end", "spend", column="customer", at="told_at")
    periods = placed.lazy().select(
        WHO,
        "period_start",
        month=_month("period_start"),
        units=(pl.col("spend") * UNITS_OF_MONEY).cast(pl.Int64),
        months=(_month("period_end") - _month("period_start")).fill_null(1).clip(lower_bound=1),
    )
    latest = periods.group_by(WHO).agg(latest=pl.col("month").max())
    last = pl.when(pl.col("month") == pl.col("latest")).then(pl.col("units", "months")).otherwise(0)
    sums = (
        periods.join(latest, on=WHO)
        .filter(pl.col("month") > pl.col("latest") - MONTHS)
        .with_columns(last.name.prefix("last_"))
        .group_by(WHO)
        .agg(
            pl.col("units", "months", "last_units", "last_months").sum(),
            last_usage_month=pl.col("period_start").max(),
        )
        .collect(engine="streaming")
    )
    return sums.select(
        WHO,
        "last_usage_month",
        spend_last_month=_money(pl.col("last_units") // pl.col("last_months")),
        spend_mean_3_months=_money(pl.col("units") // pl.col("months")),
    )


def outbound_contacts(known: Known) -> pl.DataFrame:
    """[who, outbound_contacts_30_days, last_contacted_at]: contacts, and attempts to call back.

    A contact that repeats such an attempt counts once, but tells when the customer was last contacted.
    """
    told = known.read("contacts", "channel", at="contacted_at", since=CONTACT_DAYS)
    own = told.filter(pl.col("channel").ne_missing(CALLBACK_CHANNEL)).select(WHO, at="contacted_at")
    attempts = known.read("callback_attempts", at="attempted_at")
    tried = attempts.select(WHO, "attempted_at", at="attempted_at")
    counts = (
        pl.concat([own, tried], how="diagonal")
        .group_by(WHO)
        .agg(
            _within(CONTACT_DAYS, "at", known).alias("outbound_contacts_30_days"),
            last_attempted_at=pl.col("attempted_at").max(),
        )
    )
    last = known.last_contacts.join(counts, on=WHO, how="full", coalesce=True)
    last_contacted_at = pl.max_horizontal("last_contacted_at", "last_attempted_at")
    return last.select(WHO, "outbound_contacts_30_days", last_contacted_at)


def ratings(known: Known) -> pl.DataFrame:
    """[who, last_rated_at, last_rating_satisfied]: of two ratings at one moment the worse stands."""
    said = pl.concat(
        [
            known.calls.select(WHO, at="rated_at", satisfied=is_satisfied(*CALL_RATING)),
            known.read("callbacks", *RATING, at="answered_at", since=RECENT_DAYS).select(
                WHO, at="answered_at", satisfied=is_satisfied(*RATING)
            ),
            known.read("customer_ratings", *RATING, at="rated_at", since=RECENT_DAYS).select(
                WHO, at="rated_at", satisfied=is_satisfied(*RATING)
            ),
        ]
    )
    told = said.drop_nulls().sort("at", "satisfied", descending=[False, True])
    return told.group_by(WHO).agg(
        last_rated_at=pl.col("at").last(), last_rating_satisfied=pl.col("satisfied").last()
    )


def memberships(known: Known) -> pl.DataFrame:
    """[who, member_id, member_tier, last_redeemed_at] of the running membership that moved last."""
    columns = ("member", "enrolled_tier", "moved_to", "moved_at", "closed_at", "last_redeemed_at")
    members = known.read("members", *columns, at="enrolled_at").with_columns(
        moved=pl.coalesce("moved_at", "enrolled_at"), tier=pl.coalesce("moved_to", "enrolled_tier")
    )
    redeemed = members.group_by(WHO).agg(pl.col("last_redeemed_at").max())
    running = members.filter(pl.col("closed_at").is_null()).sort("moved", "member")
    held = running.unique(WHO, keep="last", maintain_order=True).select(
        WHO, member_id=pl.col("member").str.strip_prefix("member-"), member_tier="tier"
    )
    return redeemed.join(held, on=WHO, how="left")


def points(known: Known) -> pl.DataFrame:
    """[who, points_balance, points_expiring_90_days] of all lots, those that owe points among them."""
    lots = known.read("member_lots", "balance", "expires_at", at="opened_at")
    until = known.reading.begin_of(known.reading.day + timedelta(days=EXPIRY_DAYS + 1))
    lapses = (pl.col("expires_at") >= known.tomorrow) & (pl.col("expires_at") < until)
    return lots.group_by(WHO).agg(
        points_balance=pl.col("balance").sum(),
        points_expiring_90_days=pl.col("balance").filter(lapses & (pl.col("balance") > 0)).sum(),
    )


def warnings(known: Known) -> pl.DataFrame:
    """[who, open_warnings, last_retention_action_at]: open until somebody acts or makes contact."""
    actions = known.read("retention_actions", at="taken_at").group_by(WHO)
    taken = actions.agg(last_retention_action_at=pl.col("taken_at").max())
    acted = taken.join(known.last_contacts, on=WHO, how="full", coalesce=True)
    warned = known.read("warnings", at="warned_at", since=WARNING_DAYS).join(acted, on=WHO, how="left")
    answered_at = pl.max_horizontal("last_retention_action_at", "last_contacted_at")
    is_open = (answered_at < pl.col("warned_at")).fill_null(value=True)
    still = warned.filter(is_open).group_by(WHO).agg(open_warnings=pl.len().cast(pl.Int64))
    return taken.join(still, on=WHO, how="full", coalesce=True)


def _within(days: int, column: str, known: Known) -> pl.Expr:
    """How many rows lie in the last so many local days."""
    return (pl.col(column) >= known.reading.days_before(days)).sum().cast(pl.Int64)


def _month(column: str) -> pl.Expr:
    """A day's calendar month, as a number that grows by one from month to month."""
    return pl.col(column).dt.year().cast(pl.Int64) * 12 + pl.col(column).dt.month()


def _money(units: pl.Expr) -> pl.Expr:
    """An amount of money, from whole parts of its four places."""
    return units.cast(MONEY) / UNITS_OF_MONEY
