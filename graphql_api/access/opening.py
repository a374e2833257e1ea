"""What happens to a store before it is served: every table that limited callers read gets its policies."""

import logging

import adbc_driver_manager
from psycopg.sql import SQL

from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.row_security import protect_tables
from projections.views import VIEWS

log = logging.getLogger("kefu.access")

FOR_THE_ADMINISTRATOR = (
    "keys limited to units or to a manager's customers are refused, since this database account cannot read "
    "under the roles %s: an administrator of the server must run, for each of them and for this account, "
    "`create role … nologin; grant … to …;`, and `kefu serve` must be started again"
)
LATER = "some tables have no policies yet, and keys limited to units or customers are refused there: %s"


def protect_store(conninfo: str) -> None:
    """Give tables made by earlier versions their policies; no limited caller is served what has none."""
    with open_database(conninfo) as database:
        try:
            with database.transaction():
                database.run(SQL("set local lock_timeout = '5s'"))
                missing = protect_tables(database, SPECS.values(), VIEWS)
        except adbc_driver_manager.Error as error:
            log.warning(LATER, error)
        else:
            if missing:
                log.warning(FOR_THE_ADMINISTRATOR, ", ".join(missing))
