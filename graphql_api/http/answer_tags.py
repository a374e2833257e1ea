"""Tags of answers, known before a query is run: everything that its answer can depend on, hashed.

An unchanged answer is then not made again. What the log, the facts and the stored days of views are is told
by positions; what the code is, by its own bytes; who asks, by the rows that they may see. The clock is told
as finely as the fields at the root look at it:

- rows of facts, the catalogue of metrics and the schema do not; nor does a question with `asOf` or `day`:
  what was recorded by a moment is told by the position, and a day that is over stands;
- figures do through what is ripe, views and datasets through which day should have been stored: both change
  at the ends of local hours and days. All zones of the world have theirs at quarters of an hour, so a quarter
  of an hour is exact, where an hour in UTC would not be;
- everything else (views made now, people) is as of the minute.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from graphql import FieldNode, NullValueNode, VariableNode
from strawberry.utils.str_converters import to_camel_case

from graphql_api.database import Database
from graphql_api.datasets import FACT_DATASETS, VIEW_DATASETS
from graphql_api.graphql_requests import GraphQLRequest
from graphql_api.health import UNREACHABLE
from graphql_api.prepared_documents import PreparedOperation
from graphql_api.sign_in import Caller
from graphql_api.views.view_model import MADE_NOW

PACKAGES = ("domain", "infra", "projections", "graphql_api")
SOURCES = (".py", ".sql")

MINUTE, QUARTER = 60, 900
LOOKING_AT_QUARTERS = frozenset({"metrics", "metricDifference", "explain", "audit", "calendar", "datasets"})
NEVER_LOOKING = frozenset(
    {"__typename", "__schema", "__type", "meta", "metricCatalogue"}
    | {to_camel_case(dataset.name) for dataset in FACT_DATASETS}
    | {to_camel_case(f"{dataset.name}_connection") for dataset in FACT_DATASETS}
)
VIEWS = {
    to_camel_case(f"{dataset.name}{ending}"): dataset.name
    for dataset in VIEW_DATASETS
    if dataset.name not in MADE_NOW
    for ending in ("", "_connection")
}
# Who read what is written down outside the log, and by the very requests that would be compared.
NEVER_TAGGED = frozenset({"accessLog", "accessLogConnection"})

# Positions are read before the rows, so a tag is never newer than its answer.
SELECT_STATE = b"""
select
    (select max(notification_id) from stored_events),
    (select json_agg((fact, version, position, stopped_at) order by fact) from projection_checkpoint),
    (select count(*) from projection_skip),
    (select json_agg((name, value) order by name) from store_meta),
    to_regclass('view_partition') is not null
"""
SELECT_VIEWS = (
    b"select view, count(*), max(refreshed_at)::text from view_partition group by view order by view"
)


async def answer_tag(  # noqa: PLR0913 - everything that an answer depends on, by name
    database: Database,
    asked: GraphQLRequest,
    operation: PreparedOperation,
    *,
    caller: Caller,
    media_type: str,
    now: datetime,
) -> str | None:
    """A weak tag, since what is told beside the data (the budget left) may differ.

    None for the trail, and where the database cannot be reached.
    """
    if not NEVER_TAGGED.isdisjoint(root.name.value for root in operation.roots):
        return None
    try:
        (state,) = await database.fetch(SELECT_STATE)
        views = await database.fetch(SELECT_VIEWS) if state[-1] else []
    except UNREACHABLE:
        return None  # whoever runs the query is told what is wrong
    seconds = _seconds_looked_at(operation, asked.variables or {}, stored={row[0] for row in views})
    hashed = orjson.dumps(
        [
            [code_digest(), list(state), [list(row) for row in views]],
            [asked.query, asked.variables, asked.operation_name, media_type],
            [caller.role, list(caller.units), caller.manager_id],
            [seconds, int(now.timestamp()) // seconds if seconds else None],
        ],
        option=orjson.OPT_SORT_KEYS,
        default=str,
    )
    return f'W/"{blake2b(hashed, digest_size=16).hexdigest()}"'


@cache
def code_digest() -> str:
    """Of every source that answers are made by: definitions in force, and how they are shown."""
    digest = blake2b(digest_size=16)
    for path in sorted(_sources()):
        digest.update(str(path.name).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterable[Path]:
    for package in PACKAGES:
        folder = Path(str(files(package)))
        yield from (path for path in folder.rglob("*") if path.suffix in SOURCES)


def _seconds_looked_at(
    operation: PreparedOperation, variables: Mapping[str, Any], *, stored: set[str]
) -> int | None:
    looked_at = [_seconds_of(root, variables, stored=stored) for root in operation.roots]
    return min((seconds for seconds in looked_at if seconds), default=None)


def _seconds_of(root: FieldNode, variables: Mapping[str, Any], *, stored: set[str]) -> int | None:
    name = root.name.value
    if name in NEVER_LOOKING or _is_given(root, ("asOf", "day"), variables):
        return None
    is_stored = VIEWS.get(name) in stored and not _is_given(root, ("knownAt", "position"), variables)
    return QUARTER if is_stored or name in LOOKING_AT_QUARTERS else MINUTE


def _is_given(root: FieldNode, names: Iterable[str], variables: Mapping[str, Any]) -> bool:
    """Whether one of these arguments says something; what a variable says by default counts for nothing."""
    for argument in root.arguments or ():
        if argument.name.value in names and not isinstance(argument.value, NullValueNode):
            value = argument.value
            return not isinstance(value, VariableNode) or variables.get(value.name.value) is not None
    return False
