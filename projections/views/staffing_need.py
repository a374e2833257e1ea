"""How many agents each queue needs tomorrow, half-hour by half-hour, if calls come as on such weekdays.

Calls: the mean of the same weekday in the eight weeks before, of inbound calls that reached a queue and were
answered or gave up there. Handling time: talk, hold and wrap-up of those answered, in the queue as a whole.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from domain.organisation.staffing import ANY_QUEUE, DEFAULT_STAFFING, STAFFING, StaffingTarget
from projections.metrics.catalogue.call_measures import INBOUND
from projections.views.erlang import agents_needed
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book
from projections.views.view import Figure, View

WEEKS = 8
HALF_HOUR_MS = 1_800_000
NEEDED = ("answered", "abandoned")
"""Outcomes of calls that wanted an agent."""
PLACES = 6


@dataclass(frozen=True, kw_only=True)
class StaffingNeed:
    """One half-hour of the day after the view's own, in the organisation's zone."""

    day: date
    """The day after the view's own."""
    queue: str
    """The skill queue."""
    half_hour: str
    """When the half-hour begins, as HH:MM."""
    weekdays: int
    """How many such weekdays of the eight weeks before had any call at all."""
    calls: Decimal
    """The mean of calls in this half-hour over these days."""
    aht_ms: int
    """The mean handling time of the queue (talk, hold and wrap-up), in milliseconds."""
    erlangs: float
    """The load: calls × aht_ms over the half-hour."""
    share: float
    """The share of calls to be answered in time: the queue's target, 0.8 where none is set."""
    within_seconds: float
    """In how many seconds a call is to be answered: the target, 20 where none is set."""
    agents: int
    """Agents at the telephone who reach the target."""
    rostered: int
    """Agents to be rostered for that many to be there."""
    service_level: float
    """The share answered in time that is expected with them, by Erlang C."""
    asa_seconds: float
    """The mean wait expected with them, in seconds."""
    occupancy: float
    """How busy they are then, from 0 to 1."""


def staffing_need(reading: ViewReading) -> pl.DataFrame:
    """One row per queue and half-hour in which anybody called; none where handling times are not known."""
    calls = _calls(reading)
    days = calls["day"].n_unique()
    by_half_hour = calls.group_by("queue", "half_hour").agg(came=pl.len())
    handling = (
        calls.filter(pl.col("outcome") == "answered", pl.col("talk_ms").is_not_null())
        .group_by("queue")
        .agg(handled=pl.len(), ms=pl.sum_horizontal("talk_ms", "hold_ms", "wrap_up_ms").sum())
        .select("queue", aht_ms=(pl.col("ms") + pl.col("handled") // 2) // pl.col("handled"))
        .filter(pl.col("aht_ms") > 0)
    )
    need = by_half_hour.join(handling, on="queue").sort("queue", "half_hour")
    return _with_agents(need, reading, weekdays=days)


def _calls(reading: ViewReading) -> pl.DataFrame:
    """Calls of the same weekday as tomorrow, in the eight weeks before it: [day, half_hour, queue, …]."""
    zone, tomorrow = str(reading.zone), reading.day + timedelta(days=1)
    first = reading.begin_of(tomorrow - timedelta(weeks=WEEKS))
    columns = ["direction", "queue", "outcome", "offered_at", "talk_ms", "hold_ms", "wrap_up_ms"]
    rows = reading.facts("calls", columns=columns, time=("offered_at", first, reading.reference))
    local = pl.col("offered_at").dt.convert_time_zone(zone)
    return (
        rows.filter(INBOUND.holds, pl.col("queue").is_not_null(), pl.col("outcome").is_in(NEEDED))
        .select(
            "queue",
            "outcome",
            "talk_ms",
            "hold_ms",
            "wrap_up_ms",
            day=local.dt.date(),
            half_hour=local.dt.truncate("30m").dt.strftime("%H:%M"),
        )
        .filter(pl.col("day").dt.weekday() == tomorrow.isoweekday())
    )


def _with_agents(need: pl.DataFrame, reading: ViewReading, *, weekdays: int) -> pl.DataFrame:
    day = reading.day + timedelta(days=1)
    aimed = need.join(_targets(reading, need["queue"], day=day), on="queue", maintain_order="left")
    calls = aimed["came"].to_numpy() / max(weekdays, 1)
    erlangs = calls * aimed["aht_ms"].to_numpy() / HALF_HOUR_MS
    found = agents_needed(
        erlangs,
        aht_seconds=aimed["aht_ms"].to_numpy() / 1000,
        within_seconds=aimed["within_seconds"].to_numpy(),
        share=aimed["share"].to_numpy(),
    )
    rostered = np.ceil(found.agents / (1 - aimed["shrinkage"].to_numpy()) - 1e-9).astype(np.int64)
    return aimed.with_columns(
        day=pl.lit(day),
        weekdays=pl.lit(weekdays, pl.Int64),
        calls=pl.Series(calls).round(4).cast(pl.Decimal(38, 4)),
        erlangs=pl.Series(erlangs).round(PLACES),
        agents=pl.Series(found.agents),
        rostered=pl.Series(rostered),
        service_level=pl.Series(found.service_level).round(PLACES),
        asa_seconds=pl.Series(found.asa_seconds).round(PLACES),
        occupancy=pl.Series(found.occupancy).round(PLACES),
    )


def _targets(reading: ViewReading, queues: pl.Series, *, day: date) -> pl.DataFrame:
    """[queue, share, within_seconds, shrinkage]: the queue's target, else that of any, else 80 % in 20 s."""
    rules = rule_book(reading, STAFFING)
    wanted = queues.unique().sort().to_list()
    everybody = rules.read(STAFFING, ANY_QUEUE, on=day, body_type=StaffingTarget, default=DEFAULT_STAFFING)
    targets = [
        rules.read(STAFFING, queue, on=day, body_type=StaffingTarget, default=everybody) for queue in wanted
    ]
    return pl.DataFrame(
        {
            "queue": wanted,
            "share": [target.share for target in targets],
            "within_seconds": [target.within_seconds for target in targets],
            "shrinkage": [target.shrinkage for target in targets],
        },
        schema={"queue": pl.String, **dict.fromkeys(("share", "within_seconds", "shrinkage"), pl.Float64)},
    )


def busiest(rows: pl.DataFrame, _: date) -> float | None:
    """The agents of all queues in their busiest half-hour."""
    most = rows.group_by("half_hour").agg(pl.col("agents").sum())["agents"].max()
    return None if most is None else float(str(most))


STAFFING_NEED = View(
    name="staffing_need",
    version=1,
    row=StaffingNeed,
    keys=("day", "queue", "half_hour"),
    time="day",
    facts=("calls", "organisation_rules"),
    make=staffing_need,
    name_en="agents needed",
    name_zh="排班需求",
    figure=Figure(name="agents_in_the_busiest_half_hour", value=busiest, lowest=0.0),
    ranges={
        "the_share_is_reached": pl.col("service_level") >= pl.col("share") - 1e-6,
        "agents_exceed_erlangs": pl.col("agents") > pl.col("erlangs"),
        "rostered_at_least_agents": pl.col("rostered") >= pl.col("agents"),
    },
)
