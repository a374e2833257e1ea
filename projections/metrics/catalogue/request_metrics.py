"""Metrics of requests: how many, how much, how well they were done, and which contacts became orders."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"
REQUEST_DIMENSIONS = (
    "kind",
    "channel",
    "unit",
    "tier",
    "customer_id",
    "agent_id",
    "campaign_id",
    "handed_over_to",
    "outcome",
)
CONTACT_DIMENSIONS = (
    *("direction", "hotline", "queue", "channel", "line", "unit"),
    *("tier", "customer_id", "agent_id", "campaign_id"),
)
of_requests = partial(
    MetricDefinition,
    metric="requests",
    scale=Fraction(1),
    unit="requests",
    direction="neither",
    name_en="Requests",
    name_zh="工单量",
    source=DOMAIN,
    dimensions=REQUEST_DIMENSIONS,
)
amount_of_requests = partial(
    of_requests, metric="request_amount", denominator=None, unit="yuan", name_en="Amount of requests"
)
share = partial(
    MetricDefinition,
    id="share",
    scale=Fraction(1),
    unit="share",
    source=DOMAIN,
    dimensions=REQUEST_DIMENSIONS,
)


def _request_counts() -> tuple[MetricDefinition, ...]:
    count = of_requests(
        id="count", numerator=total("requests"), denominator=None, meaning="Requests by the time of raising"
    )
    return count, *per_day(count)


REQUEST_METRICS = (
    *_request_counts(),
    amount_of_requests(
        id="amount",
        numerator=total("requested_amount"),
        name_zh="工单金额",
        meaning="What was asked for, as raised, by the time of raising",
    ),
    amount_of_requests(
        id="fulfilled",
        numerator=total("fulfilled_amount"),
        name_zh="完成工单金额",
        meaning="What was done, by the time of fulfilment",
    ),
    share(
        metric="requests_on_time",
        numerator=total("requests_on_time"),
        denominator=total("requests_due"),
        direction="higher",
        name_en="Requests fulfilled on time",
        name_zh="工单按时完成率",
        meaning="Fulfilled by the due moment, of requests that fell due; cancelled before, nothing was due",
    ),
    share(
        metric="request_return_rate",
        numerator=total("returned_requests"),
        denominator=total("requests"),
        direction="lower",
        name_en="Requests returned",
        name_zh="工单退单率",
        meaning="Requests that a unit sent back at least once, of those raised",
    ),
    share(
        metric="channel_share",
        id="requests",
        numerator=total("electronic_requests"),
        denominator=total("requests"),
        direction="higher",
        name_en="Electronic share of requests",
        name_zh="电子渠道工单占比",
        meaning="Requests by self-service or electronic channels, over all requests",
    ),
    share(
        metric="order_conversion",
        numerator=total("sales_contacts_with_order"),
        denominator=total("sales_contacts"),
        direction="higher",
        name_en="Sales contacts with an order",
        name_zh="下单转化率",
        meaning="Answered calls about sales in which an order was raised, of all answered calls about sales",
        dimensions=CONTACT_DIMENSIONS,
    ),
)
