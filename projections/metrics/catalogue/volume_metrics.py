"""Metrics of recorded volumes: each by itself, and those that divide one by another."""

from fractions import Fraction
from functools import partial

from projections.metrics.catalogue.volume_measures import BASES
from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"
VOLUME_DIMENSIONS = ("unit", "line", "product", "customer_class", "channel", "partner_id")

over_volumes = partial(
    MetricDefinition, scale=Fraction(1), unit="share", source=DOMAIN, dimensions=VOLUME_DIMENSIONS
)

VOLUME_METRICS = (
    *(
        over_volumes(
            metric="volume",
            id=base.measure,
            numerator=total(base.measure),
            denominator=None,
            unit=base.measure,
            direction="neither",
            name_en=base.name_en,
            name_zh=base.name_zh,
            meaning=f"{base.name_en} as recorded"
            + (", the mean over the recorded stretches" if base.kind == "stock" else ", added up"),
        )
        for base in BASES
    ),
    over_volumes(
        metric="insured_share",
        id="share",
        numerator=total("insured_income"),
        denominator=total("revenue"),
        direction="higher",
        name_en="Insured share of revenue",
        name_zh="保营比",
        meaning="Insured income over revenue",
    ),
    over_volumes(
        metric="channel_share",
        id="top_ups",
        numerator=total("electronic_top_ups"),
        denominator=total("top_ups"),
        direction="higher",
        name_en="Electronic share of top-ups",
        name_zh="自助充值占比",
        meaning="Top-ups by self-service or electronic channels, over all top-ups",
        dimensions=("unit", "line", "product", "customer_class", "partner_id"),
    ),
    over_volumes(
        metric="terminals_per_10k",
        id="users",
        numerator=total("terminals"),
        denominator=total("users"),
        scale=Fraction(10_000),
        unit="per 10,000 users",
        direction="higher",
        name_en="Self-service terminals per 10,000 users",
        name_zh="万用户自助终端数",
        meaning="Mean number of terminals over mean number of users, per 10,000",
    ),
)
