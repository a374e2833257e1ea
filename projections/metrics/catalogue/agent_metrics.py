"""Metrics of agents: how many there are, who leaves, and what their days are spent on."""

from fractions import Fraction
from functools import partial

from projections.metrics.definition import MetricDefinition, Terms, total, total_at

DOMAIN = "Kefu domain page, Metrics"
COPC = "Kefu domain page, Metrics; what is utilised: COPC CX Standard"
AGENT_DIMENSIONS = ("unit", "role", "team", "agent_id")
DAY_DIMENSIONS = ("unit", "agent_id")

headcount = partial(
    MetricDefinition,
    metric="agents",
    scale=Fraction(1),
    unit="agents",
    direction="neither",
    source=DOMAIN,
    dimensions=(*AGENT_DIMENSIONS, "trainee"),
)
share_of_time = partial(
    MetricDefinition,
    scale=Fraction(1),
    unit="share",
    direction="neither",
    source=DOMAIN,
    dimensions=DAY_DIMENSIONS,
)
per_agent_day = partial(
    MetricDefinition,
    id="mean",
    denominator=total("agent_days"),
    scale=Fraction(1),
    direction="higher",
    source=DOMAIN,
    dimensions=DAY_DIMENSIONS,
)


def spent(share: str, *columns: str) -> Terms:
    """The terms of durations of the days for which a share of time is known."""
    return total(*(f"{share}_{column}" for column in columns))


HEADCOUNT_METRICS = (
    headcount(
        id="count",
        numerator=total_at("end", "agents_joined", minus=("agents_left",)),
        denominator=None,
        name_en="Agents",
        name_zh="坐席人数",
        meaning="Agents who joined and did not leave before the period's end",
    ),
    headcount(
        id="mean_of_months",
        numerator=total_at("month_ends", "agents_joined", minus=("agents_left",)),
        denominator=total("months"),
        name_en="Agents, mean of the months' ends",
        name_zh="月均坐席人数",
        meaning="Agents at the months' ends in the period, over the number of these months",
    ),
    MetricDefinition(
        metric="agent_attrition",
        id="share",
        numerator=total("leavings"),
        denominator=total_at("start", "agents_joined", minus=("agents_left",))
        + total_at("end", "agents_joined", minus=("agents_left",)),
        scale=Fraction(2),
        unit="share",
        direction="lower",
        name_en="Agent attrition",
        name_zh="坐席流失率",
        meaning="Agents who left over the mean of the headcounts at the period's start and end; "
        "by tenure each band over the whole headcount",
        source=DOMAIN,
        dimensions=(*AGENT_DIMENSIONS, "tenure", "reason"),
        held_whole=("tenure", "reason"),
    ),
)

DAY_METRICS = (
    per_agent_day(
        metric="calls_per_agent_day",
        numerator=total("answered"),
        unit="calls per agent day",
        name_en="Calls per agent and day",
        name_zh="人均日话务量",
        meaning="Answered inbound calls over the days on which an agent was logged in",
    ),
    per_agent_day(
        metric="outbound_per_agent_day",
        numerator=total("callback_attempts", "contacts_beside_callbacks"),
        unit="contacts per agent day",
        name_en="Outbound contacts per agent and day",
        name_zh="人均日外呼量",
        meaning="Attempts of callbacks and other outbound contacts over the days with an agent logged in",
    ),
    share_of_time(
        metric="occupancy",
        id="available",
        numerator=spent("occupancy", "handling_ms"),
        denominator=spent("occupancy", "handling_ms", "available_ms"),
        name_en="Occupancy",
        name_zh="占用率",
        meaning="Handling over handling and available time, of days for which both are told",
    ),
    share_of_time(
        metric="occupancy",
        id="login",
        numerator=spent("occupancy_of_login", "handling_ms"),
        denominator=spent("occupancy_of_login", "login_ms"),
        name_en="Occupancy of login time",
        name_zh="登录占用率",
        meaning="Handling over login time, of days for which both are told",
    ),
    share_of_time(
        metric="utilisation",
        id="paid",
        numerator=spent("use_of_paid", "handling_ms", "available_ms"),
        denominator=spent("use_of_paid", "paid_ms"),
        direction="higher",
        name_en="Utilisation of paid time",
        name_zh="工时利用率",
        meaning="Handling and available over paid time, of days for which all are told",
        source=COPC,
    ),
    share_of_time(
        metric="utilisation",
        id="login",
        numerator=spent("use_of_login", "handling_ms", "available_ms"),
        denominator=spent("use_of_login", "login_ms"),
        direction="higher",
        name_en="Utilisation of login time",
        name_zh="登录工时利用率",
        meaning="Handling and available over login time, of days for which all are told",
        source=COPC,
    ),
    share_of_time(
        metric="talk_utilisation",
        id="paid",
        numerator=spent("talk_of_paid", "talk_ms"),
        denominator=spent("talk_of_paid", "paid_ms"),
        direction="higher",
        name_en="Talk time of paid time",
        name_zh="通话利用率",
        meaning="Talk over paid time, of days for which both are told",
    ),
    share_of_time(
        metric="talk_utilisation",
        id="login",
        numerator=spent("talk_of_login", "talk_ms"),
        denominator=spent("talk_of_login", "login_ms"),
        direction="higher",
        name_en="Talk time of login time",
        name_zh="登录通话利用率",
        meaning="Talk over login time, of days for which both are told",
    ),
    share_of_time(
        metric="overtime_day_share",
        id="share",
        numerator=total("overtime_days"),
        denominator=total("rostered_days"),
        direction="lower",
        name_en="Days with overtime",
        name_zh="加班天数占比",
        meaning="Agents' days with more login than the roster says, over days with a roster",
    ),
)

AGENT_METRICS = (*HEADCOUNT_METRICS, *DAY_METRICS)
