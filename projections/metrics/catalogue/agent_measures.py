"""What is summed over agents: who came and went, and how their days were spent."""

import polars as pl

from projections.metrics.measure import Condition, Measure

JOINED = Condition(holds=pl.col("joined_at").is_not_null(), otherwise="never joined on record")
LOGGED_IN = Condition(holds=pl.col("login_ms") > 0, otherwise="not logged in on that day")
ROSTERED = Condition(holds=pl.col("scheduled_ms").is_not_null(), otherwise="no roster for that day")
OVERTIME = Condition(
    holds=pl.col("login_ms") > pl.col("scheduled_ms"), otherwise="no longer logged in than the roster says"
)

AGENT_MEASURES = (
    Measure(name="agents_joined", fact="agents", time="joined_at"),
    Measure(name="agents_left", fact="agents", time="left_at", conditions=(JOINED,)),
    Measure(name="leavings", fact="agent_leavings", time="left_at"),
)

AGENT_GROUPINGS = ((), ("unit",), ("role",), ("team",))


def day_measure(name: str, *conditions: Condition) -> Measure:
    """A count of agents' days."""
    return Measure(name=name, fact="agent_days", time="day", conditions=conditions)


def known(column: str) -> Condition:
    """The workforce tool tells this duration."""
    what = column.removesuffix("_ms").replace("_", " ")
    return Condition(holds=pl.col(column).is_not_null(), otherwise=f"no {what} time recorded")


def time_spent(share: str, *columns: str) -> tuple[Measure, ...]:
    """Durations of the days for which all of them are told, and how many days these are."""
    conditions = tuple(known(column) for column in columns)
    days = day_measure(f"{share}_days", *conditions)
    return days, *(
        Measure(
            name=f"{share}_{column}",
            fact="agent_days",
            time="day",
            conditions=conditions,
            amount=column,
            counted_by=days.name,
        )
        for column in columns
    )


AGENT_DAY_MEASURES = (
    day_measure("agent_days", LOGGED_IN),
    day_measure("rostered_days", ROSTERED),
    day_measure("overtime_days", ROSTERED, OVERTIME),
    *time_spent("occupancy", "handling_ms", "available_ms"),
    *time_spent("occupancy_of_login", "handling_ms", "login_ms"),
    *time_spent("use_of_paid", "handling_ms", "available_ms", "paid_ms"),
    *time_spent("use_of_login", "handling_ms", "available_ms", "login_ms"),
    *time_spent("talk_of_paid", "talk_ms", "paid_ms"),
    *time_spent("talk_of_login", "talk_ms", "login_ms"),
)

AGENT_DAY_GROUPINGS = ((), ("unit",))
