"""Root fields about the answer itself, and about what can be asked at all."""

import strawberry

from graphql_api.meta import ListMeta, list_metas
from graphql_api.permissions import READERS_OF_FIGURES, may


@strawberry.type
class AnswerQueries:
    meta: list[ListMeta] = strawberry.field(
        description="How long each other list of this answer is, and whether it was cut.",
        resolver=list_metas,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
