"""Events encoded column by column into the bytes that `Event.to_json` writes for each of them."""

import polars as pl

from domain.envelope import Event, Kind, field_kinds

TIME_FORM = "%Y-%m-%dT%H:%M:%S%.6fZ"


def encode_states(rows: pl.DataFrame, event_class: type[Event]) -> pl.Series:
    """Stored bytes of one event per row.

    `rows` has a column for every stored field: String, Int64, Boolean, Decimal(38, 4), Datetime (UTC)
    of microseconds, or Date. A field without a column is null.
    """
    cells = [
        stored_cell(name, field.kind) if name in rows.columns else pl.lit(None).alias(name)
        for name, field in field_kinds(event_class).items()
    ]
    return rows.select(state=pl.struct(cells).struct.json_encode().cast(pl.Binary)).to_series()


def stored_cell(name: str, kind: Kind) -> pl.Expr:
    """The column as the JSON writer must see it: times and decimals as text."""
    if kind == "time":
        return pl.col(name).dt.strftime(TIME_FORM)
    if kind in {"decimal", "date"}:
        return pl.col(name).cast(pl.String)
    return pl.col(name)
