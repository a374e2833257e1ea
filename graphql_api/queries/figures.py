"""Root fields about figures: metrics, what stands behind and beside them, and what can be asked."""

import strawberry

from graphql_api.figures.audits import Audit, AuditFinding
from graphql_api.figures.calendars import Calendar, CalendarPeriod
from graphql_api.figures.catalogue import CatalogueEntry, MetricCatalogue
from graphql_api.figures.differences import MetricDifference, MetricDifferences
from graphql_api.figures.explanations import ExplainedRow, Explanation
from graphql_api.figures.value_rows import MetricValue
from graphql_api.figures.values import MetricValues
from graphql_api.permissions import READERS_OF_CALLS, READERS_OF_FIGURES, may


@strawberry.type
class FigureQueries:
    metrics: list[MetricValue] = strawberry.field(
        description="The values of metrics over [from, to), by period, metric and group.",
        extensions=[MetricValues()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    metric_difference: list[MetricDifference] = strawberry.field(
        description="A metric as it was known at two moments, and the rows and events that moved it.",
        extensions=[MetricDifferences()],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    explain: list[ExplainedRow] = strawberry.field(
        description="The rows behind the values that `metrics` gives for the same arguments.",
        extensions=[Explanation()],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    audit: AuditFinding = strawberry.field(
        description="Whether a printed figure is what the facts give, and what else gives it.",
        extensions=[Audit()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    metric_catalogue: list[CatalogueEntry] = strawberry.field(
        description="Every metric and definition that can be asked for.",
        extensions=[MetricCatalogue()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    calendar: list[CalendarPeriod] = strawberry.field(
        description="The periods that a stretch of time is cut into, as `metrics` cuts it.",
        extensions=[Calendar()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
