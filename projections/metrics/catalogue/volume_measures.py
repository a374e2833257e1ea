"""What is summed over volumes: the bases of rates, each period on its first day.

Every grouping carries `period_end`, so that a stored sum still says which period a value stands for.
"""

from typing import Literal, NamedTuple

import polars as pl

from projections.metrics.measure import Condition, Measure

Kind = Literal["flow", "stock"]


class Base(NamedTuple):
    """A volume that is recorded: a flow adds up over periods, of a stock the mean is taken."""

    measure: str
    kind: Kind
    name_en: str
    name_zh: str


BASES = (
    Base("waybills", "flow", "Waybills", "开单票数"),
    Base("customers", "stock", "Customers", "客户数"),
    Base("policies", "flow", "Policies", "保单数"),
    Base("copies", "flow", "Copies taken", "份数"),
    Base("premium", "flow", "Premium", "保费收入"),
    Base("earned_premium", "flow", "Earned premium", "已赚保费"),
    Base("insured_income", "flow", "Insured income", "保价收入"),
    Base("revenue", "flow", "Revenue", "营业收入"),
    Base("reserve", "stock", "Reserve for outstanding claims", "未决赔款准备金"),
    Base("terminals", "stock", "Self-service terminals", "自助终端数"),
    Base("users", "stock", "Users", "用户数"),
    Base("top_ups", "flow", "Top-ups", "充值笔数"),
)

ELECTRONIC_CHANNELS = ("online", "web", "app", "wechat", "sms", "ivr", "terminal", "email")
"""Where customers help themselves, or nobody is met: the numerator of `channel_share`."""

ELECTRONIC = Condition(
    holds=pl.col("channel").is_in(ELECTRONIC_CHANNELS),
    otherwise="not by a self-service or electronic channel",
)


def is_volume_of(name: str) -> Condition:
    return Condition(holds=pl.col("measure") == name, otherwise=f"not a volume of {name}")


def volume_measures(name: str, *, kind: Kind) -> tuple[Measure, Measure]:
    """The amount of a base, and how many recorded periods are behind it."""
    amount = _amount(name, is_volume_of(name), kind=kind, counted_by=f"{name}_recorded")
    recorded = Measure(
        name=f"{name}_recorded", fact="volumes", conditions=(is_volume_of(name),), time="period_start"
    )
    return amount, recorded


def _amount(name: str, *conditions: Condition, kind: Kind, counted_by: str) -> Measure:
    return Measure(
        name=name,
        fact="volumes",
        conditions=conditions,
        amount="value",
        time="period_start",
        kind=kind,
        sql_type="numeric",
        counted_by=counted_by,
    )


VOLUME_MEASURES = (
    *(measure for base in BASES for measure in volume_measures(base.measure, kind=base.kind)),
    _amount(
        "electronic_top_ups",
        is_volume_of("top_ups"),
        ELECTRONIC,
        kind="flow",
        counted_by="top_ups_recorded",
    ),
)

VOLUME_GROUPINGS = (
    ("period_end",),
    ("period_end", "unit"),
    ("period_end", "line"),
    ("period_end", "product"),
    ("period_end", "customer_class"),
    ("period_end", "channel"),
)
