r"""The text that names a row of a view among those of its day, the same from SQL and from a frame.

It is the key, or the keys joined by |. Of several keys null is the empty text, the empty text is \e, and
| and \ in a text have a \ before them, so that no two rows have one id.
"""

import re
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from graphql_api.coded_errors import BadInputError
from graphql_api.datasets.dataset import Dataset
from graphql_api.lists.column_values import read_value
from projections.views.view import View

LETTERS, ESCAPE = re.compile(r"\\.|[^\\]|\\", re.DOTALL), re.compile(r"\\(.)", re.DOTALL)
ESCAPED = SQL(
    r"case {0} when '' then '\e' else coalesce(replace(replace({0}, '\', '\\'), '|', '\|'), '') end"
)


def id_in_sql(view: View) -> Composable:
    if _is_plain(view):
        return Identifier(view.keys[0])
    pieces = (
        ESCAPED.format(Identifier(key))
        if view.pg_types[key] == "text"
        else SQL("coalesce({}::text, '')").format(Identifier(key))
        for key in view.keys
    )
    return SQL("concat_ws('|', {})").format(SQL(", ").join(pieces))


def id_in_frame(view: View) -> pl.Expr:
    if _is_plain(view):
        return pl.col(view.keys[0])
    return pl.concat_str([_piece(view, key) for key in view.keys], separator="|")


def keys_named(view: View, dataset: Dataset, text: str, *, argument: str) -> dict[str, Any]:
    """The keys of the row that an id names; raises BadInputError for what is no id of the view's rows."""
    pieces = [text] if _is_plain(view) else _pieces(text)
    if len(pieces) != len(view.keys):
        message = f"`{argument}` is {text[:80]!r}; an id of {view.name} is {'|'.join(view.keys)}"
        raise BadInputError(message, argument=argument)
    return {
        key: None
        if piece is None
        else read_value(piece, dataset.by_name[key], argument=argument, zone=ZoneInfo("UTC"))
        for key, piece in zip(view.keys, pieces, strict=True)
    }


def _pieces(text: str) -> list[str | None]:
    """The text of each key, None for null."""
    pieces = [""]
    for letter in LETTERS.findall(text):
        if letter == "|":
            pieces.append("")
        else:
            pieces[-1] += letter
    return [None if piece == "" else "" if piece == r"\e" else ESCAPE.sub(r"\1", piece) for piece in pieces]


def _is_plain(view: View) -> bool:
    return len(view.keys) == 1 and view.keys[0] not in view.nullable and view.pg_types[view.keys[0]] == "text"


def _piece(view: View, key: str) -> pl.Expr:
    column = pl.col(key)
    if view.pg_types[key] != "text":
        return column.cast(pl.String).fill_null("")
    escaped = column.str.replace_all("\\", "\\\\", literal=True).str.replace_all("|", "\\|", literal=True)
    return pl.when(column == "").then(pl.lit("\\e")).otherwise(escaped.fill_null(""))
