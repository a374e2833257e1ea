"""One snapshot of the database on a connection of its own: where an export reads all it reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Lock
from types import TracebackType
from typing import Any, LiteralString, Self

from psycopg import ClientCursor, Connection, IsolationLevel
from psycopg.conninfo import make_conninfo
from psycopg.errors import UndefinedTable
from psycopg.sql import SQL, Composed

from graphql_api.access.limited_reads import BECOME_READER, CANNOT_BE_LIMITED, as_array, refusal
from graphql_api.access.reach import Reach, RowScope
from graphql_api.question_errors import nothing_projected
from projections.storage.row_security import CUSTOMERS_SETTING, UNITS_SETTING

SECONDS = 600
SESSION = f"-c timezone=UTC -c datestyle=ISO -c statement_timeout={SECONDS}s"
POSITION_OF = SQL("select position from projection_checkpoint where fact = %s")

FIRST_ROWS, MOST_ROWS, BYTES_AT_ONCE = 500, 4_000, 2_000_000
"""Rows of one piece: of some megabytes, and no more columns' worth than fits a processor's cache."""

Selected = tuple[Composed | SQL, Sequence[Any]]
Piece = list[bytes]


class Snapshot:
    """Every select sees the same rows; threads use it in turn, and any of them may cancel it.

    A statement may take ten minutes, the reading of its rows by a slow client included.
    """

    def __init__(self, conninfo: str) -> None:
        self._connection = Connection[Any].connect(
            make_conninfo(conninfo, options=SESSION, application_name="kefu-export"),
            cursor_factory=ClientCursor,
        )
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        self._scope: RowScope | None = None
        self._reading = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def position_of(self, fact: str) -> int:
        """Up to where in the log the fact holds every event; raises GraphQLError without facts."""
        rows = self.rows((POSITION_OF, [fact]))
        if not rows:
            raise nothing_projected()
        return int(rows[0][0])

    def become_reader(self, scope: RowScope, reach: Reach) -> None:
        """Read from here on under the role whose policies let through only what the scope reaches."""
        self._scope = scope
        settings = (UNITS_SETTING, as_array(reach.units), CUSTOMERS_SETTING, as_array(reach.customers))
        with self._refusing():
            self._connection.execute(BECOME_READER, (*settings, scope.reader))

    def rows(self, selected: Selected) -> list[tuple[Any, ...]]:
        """All rows of a small select; raises ForbiddenError where nothing says whose rows they are."""
        with self._refusing():
            found: list[tuple[Any, ...]] = self._connection.execute(*selected).fetchall()
            return found

    def copied(self, selected: Selected, *, form: LiteralString) -> Iterator[Piece]:
        """The rows in order as COPY writes them in this form, some thousands at a time; raises as `rows`."""
        pieces = self._pieces(selected, form=form)
        while True:
            with self._reading:
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def _pieces(self, selected: Selected, *, form: LiteralString) -> Iterator[Piece]:
        statement, parameters = selected
        asked = SQL("copy ({}) to stdout ({})").format(statement, SQL(form))
        with self._refusing(), self._connection.cursor() as cursor, cursor.copy(asked, parameters) as copy:
            rows, count = iter(copy), FIRST_ROWS
            while piece := list(islice(rows, count)):
                bytes_each = sum(map(len, piece)) / len(piece)
                count = min(MOST_ROWS, max(1, int(BYTES_AT_ONCE / bytes_each)))
                yield piece  # type: ignore[misc] # of buffers, which serve as bytes

    def cancel(self) -> None:
        """End whatever is being read: the reading thread is given an error."""
        self._connection.cancel_safe(timeout=5)

    def close(self) -> None:
        """Wait until the piece that a thread reads ahead is read: libpq frees what that would still use."""
        with self._reading:
            self._connection.close()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What the database refuses, with the code that the caller is given."""
        try:
            yield
        except UndefinedTable as error:
            raise nothing_projected() from error
        except CANNOT_BE_LIMITED as error:
            if self._scope is None:
                raise
            raise refusal(error, self._scope) from error
