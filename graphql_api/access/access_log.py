"""The access log as it is asked: newest first, narrowed to a caller, a dataset, a customer and a time."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import strawberry
from psycopg.sql import SQL, Identifier

from graphql_api.access.limited_reads import refuse_limited
from graphql_api.access.trail_entry import COLUMNS
from graphql_api.arguments import checked_count, checked_text
from graphql_api.lists.cursors import Cursor, read_cursor
from graphql_api.lists.page_asked import PageInfo
from graphql_api.lists.read_model import MOST_EDGES, MOST_ROWS, MOST_SKIPPED, ROWS_BY_DEFAULT
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, DayOrMoment
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.periods import moment

ORDER = "AT_DESC"
UTC = ZoneInfo("UTC")
Narrowed = list[tuple[SQL, list[Any]]]


@strawberry.type(description="One look at personal text or people, one export begun or ended, one command.")
class AccessLogEntry:
    id: strawberry.ID = told("What tells this line from the others.")
    at: datetime = told("When it was asked.")
    request_id: str = told("The request, as in X-Request-Id and in the log of requests.")
    caller: str = told("Who asked: the part of the key that may be written down, or whom a token names.")
    role: str = told("As what.")
    kind: str = told("query, command or export.")
    operation: str | None = told("The name of the operation.")
    document: str | None = told("The SHA-256 of the document.")
    variables: str | None = told("Its variables as JSON, texts left out.")
    datasets: list[str] = told("What was read, or which commands were told.")
    personal: list[str] = told("Kinds of personal text that were shown in the open.")
    customers: list[str] = told("Whom it was about, where they were at most 1,000.")
    rows: BigInt = told("How many rows were read.")
    bytes: BigInt | None = told("How long the answer was; null while an export begins.")
    ms: float | None = told("How long it took; null while an export begins.")
    outcome: str = told("ok, the codes of its errors, or how far an export came.")


ALL = ("id", *COLUMNS)


@strawberry.type(description="A page of the access log.")
class AccessLogPage:
    nodes: list[AccessLogEntry] = strawberry.field(description="The lines, newest first.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")


def _said(description: str, name: str | None = None) -> object:
    return strawberry.argument(description=description, name=name)


Callers = Annotated[str | None, _said("Only lines of this caller.")]
Datasets = Annotated[str | None, _said("Only lines in which this was read, or this command told.")]
Customers = Annotated[str | None, _said("Only lines that name this customer.")]
From = Annotated[datetime | None, _said("Only lines at or after this.", "from")]
To = Annotated[datetime | None, _said("Only lines before this: half-open.", "to")]


async def access_log(  # noqa: PLR0913, PLR0917 - the arguments of a field
    info: strawberry.Info[RequestContext],
    caller: Callers = None,
    dataset: Datasets = None,
    customer: Customers = None,
    since: From = None,
    until: To = None,
    limit: Annotated[int, _said("How many lines at most, up to 10,000.")] = ROWS_BY_DEFAULT,
    offset: Annotated[int, _said("How many lines to skip, up to 100,000.")] = 0,
) -> list[AccessLogEntry]:
    most = checked_count("limit", limit, most=MOST_ROWS)
    skipped = checked_count("offset", offset, most=MOST_SKIPPED)
    narrowed = _narrowed(caller, dataset, customer, since, until)
    with info.context.notes.noting(str(info.path.key), limit=most) as note:
        rows = note.cut(await _read(info.context, narrowed, limit=most + 1, offset=skipped))
    return TupleRows(AccessLogEntry, columns=ALL, tuples=rows)  # type: ignore[return-value]


async def access_log_connection(  # noqa: PLR0913, PLR0917 - the arguments of a field
    info: strawberry.Info[RequestContext],
    caller: Callers = None,
    dataset: Datasets = None,
    customer: Customers = None,
    since: From = None,
    until: To = None,
    first: Annotated[int, _said("How many lines at most, up to 1,000.")] = ROWS_BY_DEFAULT,
    after: Annotated[str | None, _said("The cursor after which to go on.")] = None,
) -> AccessLogPage:
    most = checked_count("first", first, most=MOST_EDGES)
    narrowed = _narrowed(caller, dataset, customer, since, until)
    if after is not None:
        place = read_cursor(after, ORDER, [datetime, str], name="after").values
        narrowed.append((SQL("at <= %s and (at, id::text) < (%s, %s)"), [place[0], *place]))
    with info.context.notes.noting(str(info.path.key), limit=most) as note:
        rows = note.cut(await _read(info.context, narrowed, limit=most + 1, offset=0))
    cursors = [Cursor(ORDER, (row[1], row[0])).to_text() for row in rows]
    return AccessLogPage(
        nodes=TupleRows(AccessLogEntry, columns=ALL, tuples=rows),  # type: ignore[arg-type]
        page_info=PageInfo(
            has_next_page=note.is_truncated,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def _narrowed(
    caller: str | None,
    dataset: str | None,
    customer: str | None,
    since: DayOrMoment | None,
    until: DayOrMoment | None,
) -> Narrowed:
    """Conditions with their parameters; a day begins at midnight in UTC."""
    texts = (("caller", caller, "caller = %s"), ("dataset", dataset, "datasets @> array[%s]"))
    found: Narrowed = [
        (SQL(condition), [checked_text(name, given)]) for name, given, condition in texts if given is not None
    ]
    if customer is not None:
        found.append((SQL("customers @> array[%s]"), [checked_text("customer", customer)]))
    if since is not None:
        found.append((SQL("at >= %s"), [moment(since, zone=UTC)]))
    if until is not None:
        found.append((SQL("at < %s"), [moment(until, zone=UTC)]))
    return found


async def _read(
    context: RequestContext, narrowed: Narrowed, *, limit: int, offset: int
) -> list[tuple[Any, ...]]:
    refuse_limited(context.access.scope)
    statement = SQL(
        "select id::text, {} from access_log where {}\norder by at desc, id desc limit %s offset %s"
    )
    conditions = SQL(" and ").join([SQL("true"), *(condition for condition, _ in narrowed)])
    parameters = [value for _, values in narrowed for value in values]
    columns = SQL(", ").join(map(Identifier, COLUMNS))
    return await context.services.database.fetch(
        statement.format(columns, conditions), [*parameters, limit, offset]
    )
