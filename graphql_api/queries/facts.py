"""Root fields about facts: each as a flat list and as a connection."""

import strawberry

from graphql_api.calls import CALLS, Call
from graphql_api.lists.connection import Connection, KeysetConnection
from graphql_api.lists.flat_list import FlatList
from graphql_api.permissions import READERS_OF_CALLS, may


@strawberry.type
class FactQueries:
    calls: list[Call] = strawberry.field(
        description="Calls as a flat list, by the moment of their offer.",
        extensions=[FlatList(CALLS)],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    calls_connection: Connection[Call] = strawberry.field(
        description="Calls page by page.",
        extensions=[KeysetConnection(CALLS)],
        permission_classes=[may(READERS_OF_CALLS)],
    )
