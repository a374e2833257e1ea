"""Frames as people read them in Dagster: small Markdown tables."""

import polars as pl


def markdown_table(frame: pl.DataFrame) -> str:
    """All rows of a small frame; null is left empty."""
    header = "| " + " | ".join(frame.columns) + " |"
    rule = "|" + "|".join("--:" if dtype.is_numeric() else "---" for dtype in frame.dtypes) + "|"
    lines = [
        "| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in frame.rows()
    ]
    return "\n".join([header, rule, *lines])
