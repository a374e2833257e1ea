"""The catalogue of datasets: what can be listed, how, and how far each has come."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import Annotated, Any

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema, get_named_type
from strawberry.utils.str_converters import to_camel_case

from graphql_api.catalogue.dataset_fields import DatasetField, fields_of
from graphql_api.catalogue.stored_days import Standing, StoredDays, standing_of
from graphql_api.coded_errors import BadInputError
from graphql_api.datasets import DATASETS, Dataset
from graphql_api.lists.selected_fields import selected_names
from graphql_api.nearby_names import nearby
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.metrics.definitions import METRICS
from projections.metrics.measures import stored_facts_of
from projections.metrics.periods import GRAINS
from projections.names_zh import FACT_NAMES_ZH
from projections.views import VIEWS

NOTHING_TOLD = Standing(positions={}, days={})
VIEW_NAMES_ZH = {view.name: view.name_zh for view in VIEWS}


@strawberry.enum(description="Where the rows of a dataset come from.")
class DatasetSource(Enum):
    FACT = strawberry.enum_value("fact", description="Rows of what happened, kept up to date.")
    VIEW = strawberry.enum_value("view", description="Rows of a moment, stored day by day.")


@strawberry.type(description="Rows that can be listed, page by page too, and exported.")
class DatasetEntry:
    name: str = told("The dataset, as exports name it.")
    type_name: str = told("The GraphQL type of its rows.")
    source: DatasetSource = told("Whether it is a fact or a view.")
    meaning: str = told("What a row is.")
    name_zh: str | None = told("Its Chinese name, where users have one.")
    keys: list[str] = told("The columns that name a row.")
    time: str | None = told("The column that `from` and `to` are about; null where there is none.")
    root_field: str | None = told("The root field that lists it, flat.")
    connection_field: str | None = told("The root field that gives it page by page.")
    export_path: str = told("The path of its export.")
    filters: list[str] = told("The arguments of its list.")
    orders: list[str] = told("The orders of its list.")
    metrics: list[str] = told("The metrics that are made of it.")
    grains: list[str] = told("By what these metrics cut it, as they are asked; of a view, by the day.")
    fields: list[DatasetField] = told("The fields of its rows.")
    position: BigInt | None = told("The log is told up to here; of a view, by the lowest of its facts.")
    stored_days: StoredDays | None = told("The days stored of a view; null where none is, and of a fact.")


FROM_THE_STORE = frozenset({"position", "storedDays"})


async def datasets(
    info: strawberry.Info[RequestContext],
    name: Annotated[list[str] | None, strawberry.argument(description="Only these.")] = None,
) -> list[DatasetEntry]:
    """Those of which the caller may read rows, facts first; only those named, if names are given."""
    asked = _asked(name, role=info.context.caller.role)
    with info.context.notes.noting(str(info.path.key), limit=len(DATASETS)) as note:
        standing = NOTHING_TOLD
        if selected_names(info) & FROM_THE_STORE:
            now = info.context.now
            standing = await info.context.services.ask_facts(lambda facts: standing_of(facts, now=now))
        schema = info.schema._schema  # noqa: SLF001 - the only way to what is asked
        note.row_count = len(asked)
        return [_standing(_entry(dataset.name, schema), standing) for dataset in asked]


def _asked(names: Sequence[str] | None, *, role: str) -> list[Dataset]:
    """Raises BadInputError for a name that is none, or none that this role reads."""
    mine = {name: dataset for name, dataset in DATASETS.items() if role in dataset.readers}
    for name in names or ():
        if name not in mine:
            near = nearby(name, mine)
            hint = f"did you mean {' or '.join(near)}?" if near else "`datasets { name }` lists them"
            raise BadInputError(f"there is no dataset {name!r} that you may read: {hint}", argument="name")
    return list(mine.values()) if names is None else [mine[name] for name in dict.fromkeys(names)]


def _standing(entry: DatasetEntry, standing: Standing) -> DatasetEntry:
    """The entry with how far the dataset has come."""
    position = standing.positions.get(entry.name)
    return replace(
        entry,
        position=None if position is None else BigInt(position),
        stored_days=standing.days.get(entry.name),
    )


@cache
def _entry(name: str, schema: GraphQLSchema) -> DatasetEntry:
    """What does not change while a process serves."""
    dataset = DATASETS[name]
    listed, paged = to_camel_case(dataset.name), to_camel_case(f"{dataset.name}_connection")
    roots = schema.query_type.fields if schema.query_type else {}
    arguments = roots[listed].args if listed in roots else {}
    metrics = metrics_of(dataset.name)
    return DatasetEntry(
        name=dataset.name,
        type_name=dataset.type_name,
        source=DatasetSource(dataset.source),
        meaning=dataset.meaning,
        name_zh={**FACT_NAMES_ZH, **VIEW_NAMES_ZH}.get(dataset.name),
        keys=list(dataset.keys),
        time=dataset.time,
        root_field=listed if listed in roots else None,
        connection_field=paged if paged in roots else None,
        export_path=f"/export/{dataset.name}",
        filters=list(arguments),
        orders=_values(arguments["orderBy"].type) if "orderBy" in arguments else [],
        metrics=metrics,
        grains=["DAY"] if dataset.source == "view" else [grain.upper() for grain in GRAINS if metrics],
        fields=fields_of(dataset),  # type: ignore[arg-type] # a sequence serves as a list
        position=None,
        stored_days=None,
    )


def _values(kind: Any) -> list[str]:
    named = get_named_type(kind)
    return list(named.values) if isinstance(named, GraphQLEnumType) else []


@cache
def metrics_of(fact: str) -> list[str]:
    """The metrics of which some definition reads the fact, in the order of the catalogue."""
    reading = (one.metric for one in METRICS if fact in stored_facts_of(one.measures))
    return list(dict.fromkeys(reading))
