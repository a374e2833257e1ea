"""Root fields about figures: metrics, what stands behind them, and what can be asked."""

import strawberry

from graphql_api.figures.catalogue import CatalogueEntry, metric_catalogue
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
    explain: list[ExplainedRow] = strawberry.field(
        description="The rows behind the values that `metrics` gives for the same arguments.",
        extensions=[Explanation()],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    metric_catalogue: list[CatalogueEntry] = strawberry.field(
        description="Every metric and definition that can be asked for.",
        resolver=metric_catalogue,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
