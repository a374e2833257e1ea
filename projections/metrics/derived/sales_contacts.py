"""Answered calls about sales, and whether an order was raised in them.

Which purposes of calls are sales the organisation says, by the day; `order`, `price` and `sales` by default:

```yaml
- {kind: sales_purposes, name: sales_purposes, body: [order, price, offer]}
```
"""

from datetime import datetime, timedelta

import polars as pl

from projections.metrics.derived.claim_times import (
    UTC,
    Schema,
    local_day,
    rule_read_as,
    whole_time,
    with_rule_of_the_day,
)
from projections.metrics.derived.derived import Derived, Reading

SALES_PURPOSES = "sales_purposes"
DEFAULT_SALES_PURPOSES = ("order", "price", "sales")
CALLS, PURPOSES, REQUESTS = "calls", "call_purposes", "requests"
LONGEST_CALL = timedelta(days=1)
SCHEMA: Schema = {
    **{
        name: pl.String()
        for name in (
            *("direction", "hotline", "queue", "channel", "line", "unit"),
            *("tier", "customer_id", "agent_id", "campaign_id"),
        )
    },
    "offered_at": UTC,
    "has_order": pl.Boolean(),
}


def rows(reading: Reading) -> pl.DataFrame:
    """One row per answered call that was offered or handled for a purpose of sales."""
    time, start, end = whole_time(reading, "offered_at")
    calls = reading.facts(CALLS, columns=(*SCHEMA_COLUMNS, "purpose", "outcome"), time=(time, start, end))
    answered = calls.filter(outcome="answered")
    about_sales = _purposes(reading, answered, until=end + LONGEST_CALL)
    orders = reading.facts(
        REQUESTS,
        columns=("call_id", "kind"),
        time=("raised_at", start - LONGEST_CALL, None),
        equal={"kind": ["order"]},
    )
    with_orders = ("call-" + orders["call_id"].drop_nulls()).unique()
    return (
        answered.join(about_sales, on="call", how="semi")
        .with_columns(has_order=pl.col("call").is_in(with_orders.implode()))
        .drop("purpose", "outcome")
    )


SCHEMA_COLUMNS = tuple(name for name in SCHEMA if name != "has_order")


def _purposes(reading: Reading, calls: pl.DataFrame, *, until: datetime) -> pl.DataFrame:
    """The calls [call] that are about sales, as offered or as handled, by the rule of the day."""
    handled = reading.facts(
        PURPOSES, columns=("handled_at",), time=("handled_at", reading.spans[0][0], until)
    )
    offered_at = calls.select("call", "offered_at")
    told = pl.concat(
        [
            calls.select("call", "offered_at", "purpose"),
            handled.select("call", "purpose")
            .join(offered_at, on="call")
            .select("call", "offered_at", "purpose"),
        ]
    )
    rules = reading.rules(SALES_PURPOSES)
    return with_rule_of_the_day(told, rules, day=local_day("offered_at", reading)).join(
        _named(rules["body"]), on=["rule", "purpose"], how="semi", nulls_equal=True
    )


def _named(bodies: pl.Series) -> pl.DataFrame:
    """[rule, purpose]: what each rule names, and the default where none is in force."""
    defaults = [(None, purpose) for purpose in DEFAULT_SALES_PURPOSES]
    told = [
        (body, purpose)
        for body in bodies.unique()
        for purpose in sorted(rule_read_as(body, frozenset[str]) or ())
    ]
    return pl.DataFrame(
        [*defaults, *told], schema={"rule": pl.String(), "purpose": pl.String()}, orient="row"
    )


SALES_CONTACTS = Derived(
    name="sales_contacts",
    reads=(CALLS, PURPOSES, REQUESTS, "organisation_rules"),
    keys=("call",),
    schema=SCHEMA,
    rows=rows,
)
