"""The fields of a dataset's rows as the catalogue lists them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.names_zh import COLUMN_NAMES_ZH


@strawberry.type(description="A field of the rows of a dataset.")
class DatasetField:
    name: str = told("The field in GraphQL.")
    column: str = told("The column in `where`, in exports and in SQL; several keys are joined by |.")
    type: str = told("The GraphQL type; with ! where it is never null.")
    description: str = told("What it means, and what null means.")
    name_zh: str | None = told("The Chinese word for it, where users have one.")
    unit: str | None = told(
        "What a number is counted in: ms, s, days, weeks, count, points, currency (the organisation's), "
        "share (of 1), ppm, percentage points, position; null where nothing, or where another field tells."
    )
    references: str | None = told("The dataset of which it names a row.")
    reference_prefix: str | None = told("What to write before the value to have the id of that row.")
    is_required: bool = told("Whether it is never null.")
    is_personal: bool = told(
        "Whether it is sealed personal text, opened for some roles and masked for others."
    )


NAMES = tuple(DatasetField.__annotations__)
TYPES: dict[type, str] = {
    str: "String",
    int: "BigInt",
    float: "Float",
    bool: "Boolean",
    date: "Date",
    datetime: "DateTime",
    Decimal: "Decimal",
}


def fields_of(dataset: Dataset) -> TupleRows[DatasetField]:
    """The fields in the order of the type: the id first."""
    rows = [_id(dataset), *map(_field, dataset.shown)]
    return TupleRows(DatasetField, columns=NAMES, tuples=[tuple(row[name] for name in NAMES) for row in rows])


def _id(dataset: Dataset) -> dict[str, Any]:
    key = dataset.by_name[dataset.keys[0]]
    several = f"Names the row among those of its dataset: {', '.join(dataset.keys)}, joined by |."
    return {
        **_field(key),
        "name": "id",
        "column": "|".join(dataset.keys),
        "type": "ID!",
        "description": key.meaning if dataset.has_own_id else several,
        "is_required": True,
        **({} if len(dataset.keys) == 1 else dict.fromkeys(("name_zh", "references", "reference_prefix"))),
    }


def _field(column: Column) -> dict[str, Any]:
    reference = column.reference
    return {
        "name": to_camel_case(column.name),
        "column": column.name,
        "type": f"{_type(column)}{'!' if column.is_required else ''}",
        "description": column.meaning,
        "name_zh": COLUMN_NAMES_ZH.get(column.name),
        "unit": column.unit,
        "references": reference.dataset if reference else None,
        "reference_prefix": reference.prefix if reference else None,
        "is_required": column.is_required,
        "is_personal": column.personal is not None,
    }


def _type(column: Column) -> str:
    return "Int" if column.is_count else TYPES[column.kind]
