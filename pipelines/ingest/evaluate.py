"""Rows of a file evaluated by a plan: numbers, times and names computed, unusable rows set apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.exchange import ERASED
from pipelines.ingest.identities import name_streams
from pipelines.ingest.ordinals import told_ordinal
from pipelines.ingest.plan import RECORD, Plan, RowFault
from pipelines.ingest.row_faults import ERASED_REASON, FAULT, first_fault, list_rejects


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Every row with every computed column and the place of its fault, and the list of unusable rows."""

    judged: pl.DataFrame
    rejects: pl.DataFrame

    @property
    def usable(self) -> pl.DataFrame:
        """The rows without a fault."""
        return self.judged.filter(pl.col(FAULT).is_null())


# Before any other fault, so that a row about somebody who was erased is shown and kept under none of them.
IS_ERASED = RowFault(reason=ERASED_REASON, when=pl.col(ERASED), columns=(), says="")


def trimmed(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Take blanks off both ends of every cell; null is what is empty, and what the mapping says is null."""
    nothing = ["", *(text.strip() for text in plan.layout.nulls)]
    return rows.with_columns(pl.col(name).str.strip_chars() for name in plan.columns).with_columns(
        pl.when(_is_said(pl.col(name), nothing)).then(pl.col(name)) for name in plan.columns
    )


def _is_said(cell: pl.Expr, nothing: list[str]) -> pl.Expr:
    return cell != "" if nothing == [""] else ~cell.is_in(nothing)


def evaluate(
    exchanged: pl.DataFrame, *, rows: pl.DataFrame, plan: Plan, layout: Sequence[RowFault]
) -> Evaluated:
    """Compute what the mapping names over exchanged rows; `layout` are the faults of the file's own form.

    `rows` are the same rows as they were read, from which rejects are listed.
    """
    frame = exchanged
    for step in plan.steps:
        frame = frame.with_columns(**step)
    frame = name_streams(told_ordinal(frame, plan), plan.identities).with_columns(**plan.key_parts)
    faults = (IS_ERASED, *layout, *plan.faults)
    judged = frame.with_columns(first_fault(faults))
    unusable = judged.filter(pl.col(FAULT).is_not_null()).select(RECORD, FAULT)
    return Evaluated(judged=judged, rejects=list_rejects(unusable, rows=rows, faults=faults, plan=plan))
