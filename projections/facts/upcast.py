"""Superseded payloads rewritten a frame at a time, as `domain.upcasters` rewrites one."""

from collections.abc import Iterable

import polars as pl

from domain.upcasters import Constant, Copy, Recode, Scalar, Upcaster


def in_force(log: pl.DataFrame, upcasters: tuple[Upcaster, ...]) -> pl.DataFrame:
    """Give every event of a superseded topic the topic and the state that its successor would have.

    `log` has position, topic and state (text) among its columns and keeps its order. A log without
    superseded topics comes back as it is. Raises Polars' errors and ValueError for unreadable states.
    """
    if not upcasters or log.is_empty():
        return log
    steps = {upcaster.from_topic: upcaster for upcaster in upcasters}
    present = [topic for topic in log.get_column("topic").unique() if topic in steps]
    if not present:
        return log
    untouched = log.filter(~pl.col("topic").is_in(present))
    rewritten = [_rewritten(log.filter(pl.col("topic") == topic), steps) for topic in present]
    return pl.concat([untouched, *rewritten]).sort("position")


def upcast_frame(payload: pl.DataFrame, upcaster: Upcaster) -> pl.DataFrame:
    """Rewrite payload columns as the successor topic would have them."""
    return payload.with_columns(
        _source(payload, source).alias(field) for field, source in upcaster.fields.items()
    )


def _rewritten(rows: pl.DataFrame, steps: dict[str, Upcaster]) -> pl.DataFrame:
    topic = str(rows.item(0, "topic"))
    lines = rows.get_column("state").str.join("\n").item().encode()
    payload = pl.read_ndjson(lines, infer_schema_length=None)
    if payload.height != rows.height:
        raise ValueError(f"{rows.height} events of {topic} gave {payload.height} payloads")
    while topic in steps:
        payload, topic = upcast_frame(payload, steps[topic]), steps[topic].to_topic
    states = payload.select(state=pl.struct(pl.all()).struct.json_encode()).to_series()
    return rows.with_columns(pl.lit(topic).alias("topic"), states)


def _source(payload: pl.DataFrame, source: Copy | Constant | Recode) -> pl.Expr:
    match source:
        case Constant(value):
            return pl.lit(value)
        case Copy(old):
            return pl.col(old)
        case Recode(old, table):
            return _recoded(payload, old, table)


def _recoded(payload: pl.DataFrame, old: str, table: dict[Scalar, Scalar]) -> pl.Expr:
    comparable = _comparable(table, payload.get_column(old).dtype)
    recoded = pl.col(old)
    for value in comparable:
        recoded = pl.when(pl.col(old).eq_missing(pl.lit(value))).then(pl.lit(table[value])).otherwise(recoded)
    return recoded


def _comparable(values: Iterable[Scalar], dtype: pl.DataType) -> list[Scalar]:
    """The values that a column of this type can hold."""
    holds = {pl.String(): str, pl.Int64(): int, pl.Boolean(): bool}.get(dtype)
    return [value for value in values if value is None or type(value) is holds]
