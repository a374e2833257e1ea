"""Lists within an object: rows of a dataset or of a type of their own, bounded, and noted where cut."""

from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Annotated, Any

import polars as pl
import strawberry

from graphql_api.arguments import checked_count
from graphql_api.lists.read_model import MOST_SKIPPED, ReadModel
from graphql_api.lists.row_reader import attributes_named
from graphql_api.lists.selected_fields import selected_names
from graphql_api.permissions import may
from graphql_api.request_context import RequestContext
from graphql_api.tuple_rows import TupleRows
from graphql_api.views.row_ids import id_in_frame
from graphql_api.views.view_model import ViewModel
from projections.facts import SPECS
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading

MOST_NESTED = 1_000
NESTED_BY_DEFAULT = 100

Info = strawberry.Info[RequestContext]
Limit = Annotated[int, strawberry.argument(description=f"How many at most, up to {MOST_NESTED:,}.")]
Offset = Annotated[int, strawberry.argument(description="How many are left out before the first.")]
Question = Callable[[StoredFacts], pl.DataFrame]
Cut = Callable[[pl.DataFrame], pl.DataFrame]


def nested(resolver: Callable[..., Any], *, kind: Any, description: str, readers: frozenset[str]) -> Any:
    """A field of an object that is read when it is asked for, by these roles."""
    return strawberry.field(
        resolver=resolver,
        description=description,
        graphql_type=kind,
        permission_classes=[may(readers)],
    )


def list_of(row_type: type[Any]) -> Any:
    """`list[row_type]`, of a type that only the program knows."""
    return GenericAlias(list, (row_type,))


async def dataset_rows(
    info: Info, model: ReadModel, question: Question, *, limit: int, offset: int = 0
) -> TupleRows[Any]:
    """Rows of a fact or view as a frame answers them, with personal text as the caller may see it."""
    access, dataset = info.context.access, model.dataset
    attributes = attributes_named(model, selected_names(info))
    names = (*attributes, *access.besides(dataset, attributes))
    tuples = await _cut(
        info,
        lambda facts: question(facts).select(
            _id(model).alias(name) if name == "id" else name for name in names
        ),
        limit=limit,
        offset=offset,
    )
    return TupleRows(model.row_type, columns=names, tuples=await access.opened(dataset, names, tuples))


async def own_rows(  # noqa: PLR0913 - the rows, their type, and how much of them
    info: Info,
    row_type: type[Any],
    question: Question,
    *,
    limit: int,
    offset: int = 0,
    cut: Cut | None = None,
) -> TupleRows[Any]:
    """Rows of a type whose attributes are the frame's columns, cut at the limit unless `cut` cuts."""
    columns: list[str] = []

    def asked(facts: StoredFacts) -> pl.DataFrame:
        frame = question(facts)
        columns.extend(frame.columns)
        return frame

    tuples = await _cut(info, asked, limit=limit, offset=offset, cut=cut)
    return TupleRows(row_type, columns=columns, tuples=tuples)


def first_row(model: ReadModel, frame: pl.DataFrame) -> Any:
    """The one row of a frame as an object of the model's type; None of an empty frame."""
    names = list(model.columns)
    shown = frame.select(_id(model).alias(name) if name == "id" else name for name in names)
    return TupleRows(model.row_type, columns=names, tuples=shown.rows())[0] if frame.height else None


def fact_rows(
    reading: ViewReading, fact: str, *, equal: dict[str, Sequence[str]] | None = None
) -> pl.DataFrame:
    """Live rows with every column that the fact's list shows, by when they began."""
    columns = [column.name for column in SPECS[fact].columns if column.key_field is None]
    rows = reading.facts(fact, columns=columns, equal=equal)
    return rows.with_columns(voided=pl.lit(value=False)).sort("first_occurred_at", "first_position")


async def _cut(
    info: Info, question: Question, *, limit: int, offset: int, cut: Cut | None = None
) -> list[tuple[Any, ...]]:
    limit = checked_count("limit", limit, most=MOST_NESTED)
    offset = checked_count("offset", offset, most=MOST_SKIPPED)
    name = ".".join(str(step) for step in info.path.as_list())
    with info.context.notes.noting(name, limit=limit) as note:
        frame = await info.context.services.ask_facts(question)
        rows = frame.slice(offset, limit) if cut is None else cut(frame)
        note.shows(rows.height, of=frame.height, offset=offset)
        return rows.rows()


def _id(model: ReadModel) -> pl.Expr:
    if isinstance(model, ViewModel):
        return id_in_frame(model.view)
    return pl.concat_str([pl.col(key).cast(pl.String) for key in model.dataset.keys], separator="|")
