"""Counts and shares of inbound calls; A, B, F, O, X and s as in `call_measures`."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, Terms, total

CALL_DIMENSIONS = (
    "hotline",
    "queue",
    "channel",
    "purpose",
    "line",
    "unit",
    "tier",
    "agent_id",
    "customer_id",
    "campaign_id",
)
DOMAIN = "Kefu domain page, Metrics"

count_of_calls = partial(
    MetricDefinition,
    metric="calls",
    id="count",
    denominator=None,
    scale=Fraction(1),
    unit="calls",
    direction="neither",
    name_en="Calls",
    name_zh="呼入量",
    source=DOMAIN,
    dimensions=(*CALL_DIMENSIONS, "outcome", "flow_kind"),
)
share_of_calls = partial(
    MetricDefinition,
    scale=Fraction(1),
    unit="share",
    direction="higher",
    source=DOMAIN,
    dimensions=CALL_DIMENSIONS,
)


def service_level(
    definition_id: str, *, numerator: Terms, denominator: Terms, meaning: str
) -> MetricDefinition:
    return share_of_calls(
        metric="service_level",
        id=definition_id,
        numerator=numerator,
        denominator=denominator,
        name_en="Service level within 20 s",
        name_zh="20S接通率",
        meaning=meaning,
    )


answered, abandoned, offered = total("answered"), total("abandoned"), total("offered")
answered_in_time = total("answered_within_threshold")
ended_in_time = total("answered_within_threshold", "abandoned_within_threshold")
both = total("answered", "abandoned")

call_count = count_of_calls(
    numerator=total("inbound_calls"),
    meaning="Inbound calls by the time of their offer, whatever became of them",
)

CALL_METRICS = (
    call_count,
    *per_day(call_count),
    count_of_calls(
        id="purposes",
        numerator=total("purposes_handled"),
        name_en="Calls by purpose handled",
        name_zh="按业务量计的呼入量",
        meaning="Inbound calls once per purpose handled: purposes may sum to more than calls",
        dimensions=CALL_DIMENSIONS,
    ),
    share_of_calls(
        metric="answer_rate",
        id="line",
        numerator=answered,
        denominator=offered,
        name_en="Answer rate of the line",
        name_zh="接通率",
        meaning="A/O: answered of all offered calls",
    ),
    share_of_calls(
        metric="answer_rate",
        id="agent",
        numerator=total("queued_answered"),
        denominator=total("queued"),
        name_en="Answer rate of the agents",
        name_zh="人工接通率",
        meaning="A/O over calls that were queued for an agent",
    ),
    share_of_calls(
        metric="abandonment_rate",
        id="gross",
        numerator=abandoned,
        denominator=offered,
        direction="lower",
        name_en="Abandonment rate",
        name_zh="放弃率",
        meaning="B/O: abandoned of all offered calls",
    ),
    share_of_calls(
        metric="abandonment_rate",
        id="net",
        numerator=total("abandoned", minus=("abandoned_short",)),
        denominator=total("offered", minus=("abandoned_short",)),
        direction="lower",
        name_en="Abandonment rate without short abandons",
        name_zh="净放弃率",
        meaning="(B − B_5)/(O − B_5): calls abandoned within 5 s are left out of both sides",
    ),
    service_level(
        "sl1",
        numerator=ended_in_time,
        denominator=both,
        meaning="(A_20 + B_20)/(A + B)",
    ),
    service_level("sl2", numerator=answered_in_time, denominator=answered, meaning="A_20/A"),
    service_level("sl3", numerator=answered_in_time, denominator=both, meaning="A_20/(A + B)"),
    service_level(
        "sl4",
        numerator=answered_in_time,
        denominator=total("answered", "abandoned", minus=("abandoned_within_threshold",)),
        meaning="A_20/(A + B later than 20 s)",
    ),
    service_level(
        "sl5",
        numerator=total("answered_within_threshold", "abandoned_short"),
        denominator=both,
        meaning="(A_20 + B_5)/(A + B)",
    ),
    service_level(
        "sl6",
        numerator=answered_in_time,
        denominator=total("answered", "abandoned", minus=("abandoned_short",)),
        meaning="A_20/(A + B − B_5)",
    ),
    service_level(
        "sl7",
        numerator=total(
            "answered_within_threshold", "abandoned_within_threshold", "callbacks_within_threshold"
        ),
        denominator=offered,
        meaning="(A_20 + B_20 + callbacks requested within 20 s)/O",
    ),
    share_of_calls(
        metric="first_contact_resolution",
        id="repeat_7d",
        numerator=total("not_repeated_7d"),
        denominator=total("identified_answered"),
        name_en="First-contact resolution",
        name_zh="一次解决率",
        meaning="Answered calls of an identified customer without another inbound contact within 168 hours",
        ripening=timedelta(days=7),
    ),
    share_of_calls(
        metric="first_contact_resolution",
        id="declared",
        numerator=total("said_resolved"),
        denominator=total("asked_resolved"),
        name_en="First-contact resolution as declared",
        name_zh="声明一次解决率",
        meaning="Answered calls said to be resolved at their end, over those of which it was said either way",
    ),
    share_of_calls(
        metric="ivr_containment",
        id="share",
        numerator=total("self_served"),
        denominator=total("ivr_calls"),
        name_en="IVR containment",
        name_zh="IVR自助完成率",
        meaning="Self-served calls over all that were in the IVR",
    ),
)
