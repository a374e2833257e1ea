"""The organisation's zone, asked of the database alone: a snapshot of all facts costs ten times as much."""

from graphql_api.database import Database
from projections.storage.organisation import ZONE_BODY, zone_of


async def organisation_zone(database: Database) -> str:
    """Its IANA name; raises GraphQLError where nothing was projected yet."""
    found = await database.fetch(ZONE_BODY)
    return zone_of(found[0][0] if found else None)
