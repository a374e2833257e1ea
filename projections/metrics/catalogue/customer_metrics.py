"""Metrics of customers: how many there are, who stays and who leaves, and what is done about it."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.per_day import per_day
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.derived.cancellation_requests import SAVED_FOR
from projections.metrics.derived.contract_ends import RENEWED_WITHIN

DOMAIN = "Kefu domain page, Metrics"
AT_A_MOMENT = ("population", "value", "unit", "tier", "customer_id")
"""Asked of customers as they stand at a moment; `value` and `population` end when the customer leaves."""

count_of_customers = partial(
    MetricDefinition,
    metric="customers",
    denominator=None,
    scale=Fraction(1),
    unit="customers",
    direction="higher",
    source=DOMAIN,
)
share_of_customers = partial(
    MetricDefinition, scale=Fraction(1), unit="share", direction="higher", source=DOMAIN
)
bundle_rate = partial(
    share_of_customers,
    metric="bundle_rate",
    denominator=total("customers_asked_for_bundles"),
    dimensions=AT_A_MOMENT,
)
cohort_retention = partial(
    share_of_customers,
    metric="cohort_retention",
    dimensions=("population", "value", "unit", "tier", "customer_id"),
    ruled_by=("population",),
)
churn_rate = partial(
    share_of_customers,
    metric="churn_rate",
    direction="lower",
    dimensions=(*AT_A_MOMENT, "product"),
)
registered = count_of_customers(
    id="registered",
    numerator=total("customers_registered"),
    name_en="Customers registered",
    name_zh="新增客户数",
    meaning="Customers registered in the period",
    dimensions=("unit", "tier", "customer_id"),
)

CUSTOMER_METRICS = (
    count_of_customers(
        id="count",
        numerator=total("customers_at_end"),
        name_en="Customers",
        name_zh="客户数",
        meaning="Registered customers who have not left, or are back, at the period's end",
        dimensions=AT_A_MOMENT,
    ),
    count_of_customers(
        id="mean_of_months",
        numerator=total("customers_at_month_ends"),
        denominator=total("months"),
        name_en="Customers, monthly mean",
        name_zh="客户月均数",
        meaning="Registered customers who have not left, or are back, as a mean over the ends of months",
        dimensions=AT_A_MOMENT,
    ),
    registered,
    *per_day(registered),
    cohort_retention(
        id="share",
        numerator=total("cohort_kept"),
        denominator=total("cohort_customers"),
        name_en="Snapshot cohort retention",
        name_zh="拍照保有率",
        meaning="Of the customers in a population at the period's beginning, those still in it at its end; "
        "populations are rules of the kind `population`, else everybody classified in the scheme `value`",
    ),
    cohort_retention(
        id="revenue",
        numerator=total("cohort_spend_now"),
        denominator=total("cohort_base_spend"),
        name_en="Snapshot cohort retention of revenue",
        name_zh="拍照收入保有率",
        meaning="What the snapshot's customers spent in the period's last month, over what a month brought "
        "in the year before the period; customers without usage in that year are left out",
    ),
    bundle_rate(
        id="hard",
        numerator=total("customers_with_hard_bundle"),
        name_en="Hard bundle rate",
        name_zh="硬捆绑率",
        meaning="Customers with a running contract of a hard bundle, over all, at the period's end",
    ),
    bundle_rate(
        id="soft",
        numerator=total("customers_with_soft_bundle"),
        name_en="Soft bundle rate",
        name_zh="软捆绑率",
        meaning="Customers with a running contract of a soft bundle, over all, at the period's end",
    ),
    bundle_rate(
        id="total",
        numerator=total("customers_with_bundle"),
        name_en="Total bundle rate",
        name_zh="总体捆绑率",
        meaning="Customers with a running contract of a hard or a soft bundle, over all, at the period's end",
    ),
    bundle_rate(
        id="deep",
        numerator=total("customers_with_deep_bundle"),
        denominator=total("customers_judged_for_deep_bundle"),
        name_en="Deep bundle rate",
        name_zh="深度捆绑率",
        meaning="Customers who hold at once all the bundles that the rule `bundle` named `deep` lists, over "
        "all, at the period's end; null while the organisation has no such rule",
        ruled_by=("bundle",),
    ),
    share_of_customers(
        metric="renewal_rate",
        id="share",
        numerator=total("contracts_renewed"),
        denominator=total("contracts_ended"),
        name_en="Renewal rate",
        name_zh="合约续约率",
        meaning="Ended contracts whose customer signed another within 30 days, before or after",
        dimensions=("product", "bundle", "unit", "tier", "agent_id", "customer_id"),
        ripening=RENEWED_WITHIN,
    ),
    share_of_customers(
        metric="save_rate",
        id="share",
        numerator=total("cancellations_saved"),
        denominator=total("cancellations_raised"),
        name_en="Save rate",
        name_zh="退订挽留率",
        meaning="Requests to cancel of identified customers who are not gone 90 days later",
        dimensions=("channel", "unit", "tier", "agent_id", "campaign_id", "customer_id"),
        ripening=SAVED_FOR,
    ),
    share_of_customers(
        metric="warnings_on_time",
        id="share",
        numerator=total("warnings_acted_on"),
        denominator=total("warnings_due"),
        name_en="Warnings acted on in time",
        name_zh="预警及时处理率",
        meaning="Warnings due in the period with a retention action or a contact by then, over those due",
        dimensions=("kind", "unit", "tier", "agent_id", "customer_id"),
    ),
    churn_rate(
        id="monthly",
        numerator=total("customers_left"),
        denominator=total("customers_at_start", "customers_at_end"),
        scale=Fraction(2),
        name_en="Churn rate",
        name_zh="离网率",
        meaning="Customers who left in the period, over the mean of the base at its beginning and its end; "
        "by value and population as they were on leaving",
    ),
    churn_rate(
        id="of_all",
        numerator=total("customers_gone"),
        denominator=total("customers_ever"),
        name_en="Churned of all",
        name_zh="累计离网率",
        meaning="Customers gone at the period's end, over all ever registered; by value and population as "
        "they were on leaving",
    ),
)
