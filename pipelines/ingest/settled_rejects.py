"""Kept rows of a file that was read again: those that are in the log now are rejected no more."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import polars as pl
from polars.exceptions import PolarsError
from psycopg import Connection

from infra.event_store.append_keys import append_key_list
from infra.key_store.rejected_rows import RejectedRows, Source
from infra.stores import Store
from pipelines.ingest.doors import KeyStoreDoor
from pipelines.ingest.evaluate import evaluate, trimmed
from pipelines.ingest.exchange import exchange
from pipelines.ingest.kept_records import PAGE_ROWS, as_rows, is_numbered
from pipelines.ingest.ordinals import ORDINAL
from pipelines.ingest.plan import LINE, RECORD, Plan

SELECT_KNOWN = """
select decode(replace(key::text, '-', ''), 'hex')
from append_key
where key = any(%s::text[]::uuid[])
"""
NAMED = pl.Schema({"id": pl.Int64, "name": pl.Binary})
EVERYTHING = 1 << 62


def take_out_settled(
    kept: RejectedRows, before: Source, *, again: Sequence[int], plan: Plan, store: Store
) -> None:
    """Delete what was kept of a file, before it was read again, of rows that it now tells or rejects anew.

    `again` are the ids of rows that it rejects as it did before. A line is no name of a row, since in a
    changed file it may be another's: a kept row is done with when its own append key is in the log or
    among the keys of what is rejected now. One whose key cannot be computed is done with only when the
    same cells are rejected anew in the same line.
    """
    if kept.count_of(before) == len(set(again)):
        return
    rows = _Rows(plan, store=store)
    is_again = pl.col("id").is_in(sorted(set(again)))
    now = [
        rows.named(page.filter((pl.col("id") > before.upto) | is_again))
        for page in kept.pages(before._replace(upto=EVERYTHING), size=PAGE_ROWS)
    ]
    anew = pl.concat([NAMED.to_frame(), *now])["name"].unique()
    with store.connect() as connection:
        for page in kept.pages(before, size=PAGE_ROWS):
            earlier = rows.named(page.filter(~is_again))
            known = _known(connection, earlier["name"])
            done = earlier.filter(pl.col("name").is_in(known) | pl.col("name").is_in(anew.implode()))
            kept.delete(done["id"].to_list())


class _Rows:
    """Names kept rows by the append keys that a mapping gives them today."""

    def __init__(self, plan: Plan, *, store: Store) -> None:
        self._plan, self._hmac_key = plan, store.append_key
        self._door = KeyStoreDoor(store.keys)

    def named(self, page: pl.DataFrame) -> pl.DataFrame:
        """The id of each row, and its append key; where it has none, a hash of its line and cells."""
        contents: list[dict[str, Any]] = [msgspec.json.decode(one) for one in page["content"]]
        rows = as_rows(page, contents, self._plan)
        keys = self._keys(rows)
        has_key = [self._can_be_keyed(one) for one in contents]
        names = [
            key if is_keyed and key is not None else _said(one, line)
            for key, is_keyed, one, line in zip(keys, has_key, contents, rows[LINE], strict=True)
        ]
        return pl.DataFrame({"id": page["id"], "name": pl.Series(names, dtype=pl.Binary)}, schema=NAMED)

    def _can_be_keyed(self, content: dict[str, Any]) -> bool:
        has_columns = content["cells"].keys() >= set(self._plan.key_columns)
        return has_columns and (not self._plan.has_ordinal or is_numbered(content, self._plan))

    def _keys(self, rows: pl.DataFrame) -> list[bytes | None]:
        """The append key of each row; null where a part of it is empty or cannot be computed."""
        plan = self._plan
        read = trimmed(rows, plan).with_row_index(RECORD)
        try:
            exchanged = exchange(read, plan=plan, door=self._door)
            evaluated = evaluate(exchanged.rows, rows=read, plan=plan, layout=()).judged
        except PolarsError:
            return [None] * rows.height
        names = [*plan.key_parts, *([ORDINAL] if plan.has_ordinal else [])]
        parts = evaluated.select(names)
        empty = parts.select(pl.any_horizontal(pl.all().is_null())).to_series()
        filled = parts.with_columns(pl.all().fill_null(""))
        keys = append_key_list(self._hmac_key, plan.source, [filled[name].to_list() for name in names])
        return [None if is_empty else key for key, is_empty in zip(keys, empty, strict=True)]


def _said(content: dict[str, Any], line: int) -> bytes:
    # Longer than an append key, so that the two are never the same.
    return blake2b(msgspec.json.encode([line, content["cells"]], order="sorted"), digest_size=20).digest()


def _known(connection: Connection[Any], names: pl.Series) -> list[bytes]:
    """Those of the names that are append keys in the log."""
    keys = [one.hex() for one in names if len(one) == 16]
    return [key for (key,) in connection.execute(SELECT_KNOWN, (keys,), binary=True).fetchall()]
