"""Root fields about who saw what."""

import strawberry

from graphql_api.access.access_log import AccessLogEntry, AccessLogPage, access_log, access_log_connection
from graphql_api.access.readers import READERS_OF_ACCESS_LOG
from graphql_api.permissions import may


@strawberry.type
class AccessQueries:
    access_log: list[AccessLogEntry] = strawberry.field(
        description="Who looked at whom, took what away, or told what: newest first.",
        resolver=access_log,
        permission_classes=[may(READERS_OF_ACCESS_LOG)],
    )
    access_log_connection: AccessLogPage = strawberry.field(
        description="The access log page by page.",
        resolver=access_log_connection,
        permission_classes=[may(READERS_OF_ACCESS_LOG)],
    )
