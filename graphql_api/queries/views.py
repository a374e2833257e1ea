"""Root fields about views: each as a flat list and as a connection."""

import strawberry

from graphql_api.permissions import READERS_OF_FIGURES, may
from graphql_api.satisfaction import SatisfactionScore, SatisfactionScores


@strawberry.type
class ViewQueries:
    satisfaction_scores: list[SatisfactionScore] = strawberry.field(
        description="How satisfied customers said they were, by month, survey, process, owner and more.",
        extensions=[SatisfactionScores()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
