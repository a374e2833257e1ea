"""Which day of a view is stored: the latest, or a named one, with what was noted of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from graphql import GraphQLError
from psycopg.sql import SQL

from graphql_api.coded_errors import NOTHING_PROJECTED
from graphql_api.database import Database
from projections.storage.organisation import ZONE_BODY, zone_of
from projections.views.view import View

FIND_DAY = SQL(
    "select day, position, rows, ({}) from view_partition"
    " where view = %s and version = %s and (%s::date is null or day = %s)"
    " order by day desc limit 1"
).format(ZONE_BODY)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class StoredDay:
    """`rows`: how many rows it has; it `is_behind` where yesterday in the organisation's zone is later."""

    day: date
    position: int
    rows: int
    is_behind: bool


async def find_stored_day(
    database: Database, view: View, day: date | None, *, now: datetime
) -> StoredDay | None:
    """That day, or the latest; None where it was never stored."""
    try:
        found = await database.fetch(FIND_DAY, [view.name, view.version, day, day])
    except GraphQLError as error:
        # The first refresh makes the table.
        if (error.extensions or {}).get("code") == NOTHING_PROJECTED:
            return None
        raise
    if not found:
        return None
    stored, position, rows, zone_body = found[0]
    yesterday = now.astimezone(ZoneInfo(zone_of(zone_body))).date() - ONE_DAY
    return StoredDay(day=stored, position=position, rows=rows, is_behind=stored < yesterday)
