"""A select carried out as a limited reader: under another role of the database, which its policies hold."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graphql import GraphQLError
from psycopg import AsyncConnection, AsyncCursor, Error
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue
from psycopg.sql import Composed

from graphql_api.access.reach import Reach, RowScope, customers_looked_after, units_beneath
from graphql_api.coded_errors import FORBIDDEN
from graphql_api.turns import fetched
from projections.storage.moments import array_text
from projections.storage.row_security import CUSTOMERS_SETTING, UNITS_SETTING, RowLimits

Row = tuple[Any, ...]

# Both settings and the role end with the transaction; each is set anew, so that none is left from before.
BECOME_READER = b"""
select set_config(%s, %s, true), set_config(%s, %s, true), set_config('role', %s, true)
"""
CANNOT_BE_LIMITED = (InsufficientPrivilege, InvalidParameterValue)


class ForbiddenError(GraphQLError):
    """The caller may not see this, whatever it asks."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": FORBIDDEN})


async def fetch_limited(
    connection: AsyncConnection[Row],
    cursor: AsyncCursor[Row],
    *,
    asked: tuple[Composed | bytes, Sequence[Any]],
    scope: RowScope,
    reach: Reach,
) -> list[Row]:
    """The rows of a select that the reader's policies let through: one round trip, one transaction."""
    settings = (UNITS_SETTING, as_array(reach.units), CUSTOMERS_SETTING, as_array(reach.customers))
    try:
        async with connection.pipeline(), connection.transaction():
            await connection.execute(BECOME_READER, (*settings, scope.reader))
            await cursor.execute(*asked)
        return await fetched(cursor)
    except CANNOT_BE_LIMITED as error:
        raise refusal(error, scope) from error


async def find_reach(cursor: AsyncCursor[Row], scope: RowScope) -> Reach:
    """The units and customers of today; whoever asks is not limited, and only names are answered."""
    units = None if scope.units is None else await _ids(cursor, units_beneath(scope.units))
    manager = scope.manager_id
    customers = None if manager is None else await _ids(cursor, customers_looked_after(manager))
    return Reach(units=units, customers=customers)


def refusal(error: Error, scope: RowScope) -> ForbiddenError:
    """Why rows are not read: nothing says whose they are, or this server has no such reader."""
    if isinstance(error, InvalidParameterValue) or " role " in str(error):
        return ForbiddenError(
            f"This key is limited to {scope.limit}, and this server cannot limit anybody yet: "
            f"its administrator must make the role {scope.reader}, as the log of `kefu serve` says"
        )
    return cannot_be_limited(scope)


def cannot_be_limited(scope: RowScope) -> ForbiddenError:
    return ForbiddenError(f"This key is limited to {scope.limit}, and nothing here says whose it is")


def refuse_limited(scope: RowScope | None) -> None:
    """Raises ForbiddenError for a limited caller: of what is asked here, only the whole is told."""
    if scope is not None:
        raise cannot_be_limited(scope)


def check_limits(scope: RowScope | None, rows: RowLimits) -> None:
    """Raises ForbiddenError where nothing says whose the rows are, as their policies would."""
    if scope is None:
        return
    is_of_units = scope.units is None or rows.units is not None
    is_of_customers = scope.manager_id is None or rows.customers is not None
    if not (is_of_units and is_of_customers):
        raise cannot_be_limited(scope)


@lru_cache(maxsize=64)
def as_array(ids: tuple[str, ...] | None) -> str:
    """The text of an array in PostgreSQL; the empty text, which is nobody, without a limit.

    Remembered, since the pages of a manager of a thousand customers all say the same one.
    """
    return "" if ids is None else array_text(ids)


async def _ids(cursor: AsyncCursor[Row], statement: Composed) -> tuple[str, ...]:
    await cursor.execute(statement)
    return tuple(row[0] for row in await cursor.fetchall())
