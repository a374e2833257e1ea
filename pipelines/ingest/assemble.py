"""Events and their rows joined into a chunk to append, each record named by its keyed hashes."""

from collections.abc import Sequence

import polars as pl

from infra.event_store.append_keys import append_key_list, content_key_list
from infra.event_store.chunk import Chunk
from pipelines.ingest.ordinals import ORDINAL
from pipelines.ingest.plan import LINE, RECORD, Plan
from pipelines.ingest.weigh import as_read


def assemble(events: pl.DataFrame, rows: pl.DataFrame, *, plan: Plan, hmac_key: bytes) -> Chunk:
    """Number the records of a chunk from 0 and name each by its keyed hashes."""
    # Events are in the order of their records, and no record here is without one.
    runs = events[RECORD].rle().struct.unnest()
    numbers = pl.int_range(runs.height, dtype=pl.UInt32, eager=True)
    numbered = pl.DataFrame({"record": numbers, "n": runs["len"]}).select(pl.col("record").repeat_by("n"))
    return Chunk(
        events=events.select(numbered.explode("record").to_series(), "originator_id", "topic", "state"),
        records=pl.DataFrame(
            {
                "key": pl.Series(
                    append_key_list(hmac_key, plan.source, _key_columns(rows, plan)), dtype=pl.Binary
                ),
                "content": pl.Series(content_key_list(hmac_key, contents(rows, plan)), dtype=pl.Binary),
                "n": runs["len"].cast(pl.UInt32),
            }
        ),
        mapping=plan.name,
        declares_history=plan.declares_history,
    )


def _key_columns(rows: pl.DataFrame, plan: Plan) -> list[list[str]]:
    names = [*plan.key_parts, *([ORDINAL] if plan.has_ordinal else [])]
    return [rows[name].to_list() for name in names]


def contents(rows: pl.DataFrame, plan: Plan) -> Sequence[bytes]:
    """What each row says in the columns that are read by name, personal ones left out, before casting."""
    cells = as_read(rows, plan).select(pl.struct(plan.content_columns).struct.json_encode().cast(pl.Binary))
    return cells.to_series().to_list()


def key_text(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Where each row is found again: its line, and its key columns by name, personal ones hidden."""
    named = [
        pl.concat_str([pl.lit(f"{name} "), pl.lit("***") if name in plan.personal else pl.col(name)])
        for name in plan.key_columns
    ]
    return as_read(rows, plan).select(line=pl.col(LINE), key=pl.concat_str(named, separator=", "))
