"""Which days are stored, of all views at once."""

from collections.abc import Sequence

import polars as pl
from psycopg.sql import SQL

from projections.storage.database import Database
from projections.storage.tables import table_exists
from projections.views.view import View

DAYS = {"view": pl.String(), "first": pl.Date(), "last": pl.Date(), "count": pl.Int64()}


def days_of_views(database: Database, views: Sequence[View]) -> pl.DataFrame:
    """[view, first, last, count] of the views of which a day is stored, in the version that is served."""
    if not table_exists(database, "view_partition"):
        return pl.DataFrame(schema=DAYS)
    statement = SQL(
        "select view, version::int8 as version, min(day) as first, max(day) as last, count(*) as count"
        " from view_partition group by view, version order by view"
    )
    served = pl.DataFrame(
        {"view": [view.name for view in views], "version": [view.version for view in views]},
        schema={"view": pl.String, "version": pl.Int64},
    )
    return database.query(statement).join(served, on=["view", "version"], how="semi").select(*DAYS)
