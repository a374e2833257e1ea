"""Which rows cannot be used, why, and how they are listed: personal cells masked."""

from collections.abc import Iterable, Sequence

import polars as pl

from pipelines.ingest.plan import LINE, RECORD, Plan, RowFault
from pipelines.ingest.reading.records import LAYOUT_REASONS

FAULT = "\0fault"
REASON = "\0reason"
DETAIL = "\0detail"
MASK = "***"
ERASED_REASON = "erased"
"""Of a row about somebody who was erased nothing is shown but its line, and nothing is kept."""


def first_fault(faults: Sequence[RowFault]) -> pl.Expr:
    """The place in `faults` of the first that holds for a row; null for a usable row."""
    found = [pl.when(fault.when).then(pl.lit(place, dtype=pl.UInt16)) for place, fault in enumerate(faults)]
    return pl.coalesce([*found, pl.lit(None, dtype=pl.UInt16)]).alias(FAULT)


def no_rejects(plan: Plan) -> pl.DataFrame:
    """An empty list of rejects: RECORD, LINE, REASON, DETAIL, and the columns that the mapping reads."""
    cells = dict.fromkeys(plan.columns, pl.String)
    return pl.DataFrame(
        schema={RECORD: pl.UInt32, LINE: pl.Int64, REASON: pl.String, DETAIL: pl.String, **cells}
    )


def list_rejects(
    found: pl.DataFrame, *, rows: pl.DataFrame, faults: Sequence[RowFault], plan: Plan
) -> pl.DataFrame:
    """Reason and detail of each row in `found` (RECORD, FAULT), with its cells as they were read."""
    if found.is_empty():
        return no_rejects(plan)
    places = found[FAULT].unique().sort().to_list()
    said = [
        _said(found.filter(pl.col(FAULT) == place), rows=rows, fault=faults[place], plan=plan)
        for place in places
    ]
    return pl.concat([no_rejects(plan), *said]).sort(RECORD)


def masked(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows with every personal cell hidden."""
    return _hidden(rows, plan.personal)


def _hidden(rows: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    return rows.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.lit(MASK)).alias(name) for name in sorted(names)
    )


def without_cells(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows listed as erased, by their line alone."""
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in plan.columns]
    return rows.select(RECORD, LINE, pl.lit(ERASED_REASON).alias(REASON), pl.lit("").alias(DETAIL), *empty)


def _said(found: pl.DataFrame, *, rows: pl.DataFrame, fault: RowFault, plan: Plan) -> pl.DataFrame:
    # Where a row does not have the header's form, any cell may be in any column.
    is_shifted = plan.personal and fault.reason in LAYOUT_REASONS
    chosen = _hidden(
        rows.join(found.select(RECORD), on=RECORD, how="semi"), plan.columns if is_shifted else plan.personal
    )
    if fault.reason == ERASED_REASON:
        return without_cells(chosen, plan)
    cells = [_shown(name) for name in fault.columns]
    detail = pl.concat_str([pl.concat_str(cells, separator=", "), pl.lit(fault.says)], separator=" ")
    return chosen.with_columns(
        pl.lit(fault.reason).alias(REASON), (detail if cells else pl.lit(fault.says)).alias(DETAIL)
    ).select(RECORD, LINE, REASON, DETAIL, *plan.columns)


def _shown(name: str) -> pl.Expr:
    """A cell with its column's name: `q_time '12x'`, or the name alone where the cell is empty."""
    held = pl.concat_str([pl.lit(f"{name} '"), pl.col(name), pl.lit("'")])
    return pl.when(pl.col(name).is_null()).then(pl.lit(name)).otherwise(held)
