"""Events encoded column by column into the bytes that `Event.to_json` writes for each of them."""

import polars as pl

from domain.envelope import Event, Kind, field_kinds

TIME_FORM = "%Y-%m-%dT%H:%M:%S%.6fZ"


def encode_states(rows: pl.DataFrame, event_class: type[Event]) -> pl.Series:
    """Stored bytes of one event per row.

    `rows` has a column for every stored field: String, Int64, Boolean, Decimal(38, 4), Datetime (UTC)
    of microseconds (or the text of one, as `time_text` writes it), or Date. A field without a column is null.
    """
    cells = [
        stored_cell(name, field.kind, rows.schema[name]) if name in rows.columns else pl.lit(None).alias(name)
        for name, field in field_kinds(event_class).items()
    ]
    return rows.select(state=pl.struct(cells).struct.json_encode().cast(pl.Binary)).to_series()


def time_text(moment: pl.Expr) -> pl.Expr:
    """A moment as it is stored; the dearest step of encoding, so that a text used twice is made once."""
    # Without its zone, which is UTC, Polars writes it a quarter faster.
    return moment.dt.replace_time_zone(None).dt.strftime(TIME_FORM)


def stored_cell(name: str, kind: Kind, dtype: pl.DataType) -> pl.Expr:
    """The column as the JSON writer must see it: times and decimals as text."""
    if kind == "time" and dtype != pl.String:
        return time_text(pl.col(name))
    if kind in {"decimal", "date"}:
        return pl.col(name).cast(pl.String)
    return pl.col(name)
