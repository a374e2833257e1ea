"""What a correction reads of the records it replaces, and what it writes about their keys."""

import polars as pl
from psycopg import Cursor
from psycopg.rows import DictRow

from infra.event_store import statements
from infra.event_store.chunk import Prepared
from infra.event_store.copy_buffers import uuid_array
from infra.event_store.log import LOG_SCHEMA

REPLACED_SCHEMA = pl.Schema([("record", pl.UInt32), *LOG_SCHEMA.items()])


def read_replaced(cursor: Cursor[DictRow], records: pl.DataFrame, *, status: pl.Series) -> pl.DataFrame:
    """The events of the corrected records that are in force, with the index of their record."""
    corrected = records.with_row_index("index").filter(status == "corrected")
    rows = cursor.execute(statements.READ_EVENTS_OF_KEYS, (uuid_array(corrected["key"]),)).fetchall()
    events = pl.DataFrame(rows, schema=REPLACED_SCHEMA, orient="row")
    return events.with_columns(record=corrected["index"].gather(events["record"]))


def replace_keys(cursor: Cursor[DictRow], prepared: Prepared) -> None:
    """Move the corrected records' keys to the history and let them stand for the new events."""
    corrected = prepared.chunk.records.with_columns(ordinal=prepared.ordinal).filter(
        prepared.status == "corrected"
    )
    keys, contents = uuid_array(corrected["key"]), uuid_array(corrected["content"])
    ordinals, counts = corrected["ordinal"].to_list(), corrected["n"].to_list()
    cursor.execute(statements.KEEP_REPLACED_KEYS, (keys,))
    cursor.execute(
        statements.REPLACE_KEYS, (prepared.batch, prepared.chunk.mapping, keys, contents, ordinals, counts)
    )
