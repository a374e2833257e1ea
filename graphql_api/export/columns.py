"""The columns of an export: which are asked for, and what each is in SQL for each form of COPY."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.sql import SQL, Composable, Identifier
from strawberry.utils.str_converters import to_camel_case

from graphql_api.coded_errors import BadInputError
from graphql_api.datasets.dataset import Dataset
from graphql_api.export.binary_copy import SQL_TYPES
from graphql_api.export.formats import CSV, NDJSON, Format

IN_UTC = SQL("replace(({} at time zone 'UTC')::text, ' ', 'T') || 'Z'")
"""ISO 8601 with a Z: a third faster than any function of PostgreSQL that writes it."""


@dataclass(frozen=True)
class ExportColumn:
    """A column as it is named in the export, the kind of its values, and where they are in SQL."""

    name: str
    kind: type
    place: Composable

    def said_for(self, form: Format) -> Composable:
        """As COPY writes it: CSV has words for booleans, JSON its own; both have times in UTC as texts."""
        if form not in (CSV, NDJSON):
            return SQL("{}::{}").format(self.place, SQL(SQL_TYPES[self.kind]))
        if self.kind is datetime:
            return IN_UTC.format(self.place)
        return SQL("{}::text").format(self.place) if self.kind is bool and form is CSV else self.place


def said_by_place(columns: Sequence[ExportColumn], form: Format) -> list[Composable]:
    """Each column as `1`, `2` …: under its own name it would be what the rows are ordered by."""
    return [
        SQL("{} as {}").format(column.said_for(form), Identifier(str(place)))
        for place, column in enumerate(columns, start=1)
    ]


def columns_asked(dataset: Dataset, given: Sequence[str]) -> tuple[str, ...]:
    """The names asked for, as in SQL or in camel case; else every column that holds nothing personal.

    Raises BadInputError for a column that is not there.
    """
    if not given:
        return tuple(column.name for column in dataset.columns if not column.personal)
    known = {"id": "id"}
    for column in dataset.columns:
        known |= {column.name: column.name, to_camel_case(column.name): column.name}
    asked = [name for text in given for part in text.split(",") if (name := part.strip())]
    if unknown := [name for name in asked if name not in known]:
        message = f"{dataset.name} has no column {unknown[0][:80]!r}; it has {', '.join(dataset.by_name)}"
        raise BadInputError(message, argument="columns")
    if not asked:
        raise BadInputError("`columns` names none; leave it out for all", argument="columns")
    return tuple(dict.fromkeys(known[name] for name in asked))


def export_columns(dataset: Dataset, names: Iterable[str], *, own_id: Composable) -> tuple[ExportColumn, ...]:
    """These columns; `own_id` is what the column `id` is in SQL."""
    kinds: Mapping[str, type] = {"id": str} | {column.name: column.kind for column in dataset.columns}
    return tuple(
        ExportColumn(name, kinds[name], own_id if name == "id" else Identifier(name)) for name in names
    )
