"""Every metric definition, read top to bottom; the first of a metric is its default."""

from projections.metrics.catalogue.agent_metrics import AGENT_METRICS
from projections.metrics.catalogue.call_durations import CALL_DURATIONS
from projections.metrics.catalogue.call_metrics import CALL_METRICS
from projections.metrics.catalogue.callback_metrics import CALLBACK_METRICS
from projections.metrics.catalogue.campaign_metrics import CAMPAIGN_METRICS, CONTACT_METRICS
from projections.metrics.catalogue.claim_metrics import CLAIM_METRICS
from projections.metrics.catalogue.claim_time_metrics import CLAIM_TIME_METRICS
from projections.metrics.catalogue.club_metrics import CLUB_METRICS
from projections.metrics.catalogue.complaint_metrics import COMPLAINT_METRICS
from projections.metrics.catalogue.complaint_part_metrics import COMPLAINT_PART_METRICS
from projections.metrics.catalogue.complaint_rate_metrics import COMPLAINT_RATE_METRICS
from projections.metrics.catalogue.customer_metrics import CUSTOMER_METRICS
from projections.metrics.catalogue.member_metrics import MEMBER_METRICS
from projections.metrics.catalogue.point_metrics import POINT_METRICS
from projections.metrics.catalogue.quality_metrics import QUALITY_METRICS
from projections.metrics.catalogue.rating_metrics import RATING_METRICS
from projections.metrics.catalogue.request_metrics import REQUEST_METRICS
from projections.metrics.catalogue.volume_metrics import VOLUME_METRICS
from projections.metrics.definition import MetricDefinition
from projections.metrics.errors import UnknownDefinition, UnknownMetric

METRICS: tuple[MetricDefinition, ...] = (
    *CALL_METRICS,
    *CALL_DURATIONS,
    *AGENT_METRICS,
    *CALLBACK_METRICS,
    *QUALITY_METRICS,
    *RATING_METRICS,
    *COMPLAINT_METRICS,
    *COMPLAINT_PART_METRICS,
    *COMPLAINT_RATE_METRICS,
    *VOLUME_METRICS,
    *CLAIM_METRICS,
    *CLAIM_TIME_METRICS,
    *REQUEST_METRICS,
    *CUSTOMER_METRICS,
    *CAMPAIGN_METRICS,
    *CONTACT_METRICS,
    *MEMBER_METRICS,
    *POINT_METRICS,
    *CLUB_METRICS,
)


def definitions_of(metric: str) -> tuple[MetricDefinition, ...]:
    """The definitions of a metric, default first; raises UnknownMetric."""
    found = tuple(definition for definition in METRICS if definition.metric == metric)
    if not found:
        raise UnknownMetric(asked=metric, known=tuple(dict.fromkeys(d.metric for d in METRICS)))
    return found


def find_definition(metric: str, definition_id: str | None) -> MetricDefinition:
    """The named definition, or the default where none is named.

    `metric` may carry the id after a dot ("service_level.sl3"). Raises UnknownMetric or UnknownDefinition.
    """
    name, _, dotted = metric.partition(".")
    definitions = definitions_of(name)
    wanted = definition_id or dotted
    if not wanted:
        return definitions[0]
    for definition in definitions:
        if definition.id == wanted:
            return definition
    raise UnknownDefinition(metric=name, asked=wanted, known=tuple(d.id for d in definitions))
