"""Rows of a file evaluated by a plan: numbers, times and names computed, unusable rows set apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from pipelines.ingest.identities import name_streams
from pipelines.ingest.ordinals import Ordinals
from pipelines.ingest.plan import RECORD, Plan, RowFault
from pipelines.ingest.row_faults import FAULT, first_fault, list_rejects


class Door(Protocol):
    """Where personal ids become pseudonyms and personal text becomes ciphertext."""

    def pseudonyms(self, issuer: str, ids: Sequence[str]) -> list[str]:
        """Exchange each id."""

    def protect_all(self, subjects: Sequence[str], kind: str, texts: Sequence[str]) -> list[str]:
        """Seal each text for the subject at its place."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Usable rows with every computed column, and the list of those that cannot be used."""

    rows: pl.DataFrame
    rejects: pl.DataFrame


def trimmed(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Take blanks off both ends of every cell; an empty cell is null."""
    return rows.with_columns(pl.col(name).str.strip_chars() for name in plan.columns).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)) for name in plan.columns
    )


def evaluate(
    rows: pl.DataFrame, *, plan: Plan, door: Door, ordinals: Ordinals | None, layout: Sequence[RowFault]
) -> Evaluated:
    """Compute what the mapping names over trimmed rows; `layout` are the faults of the file's own form."""
    frame = _exchanged(rows, plan=plan, door=door)
    for step in plan.steps:
        frame = frame.with_columns(**step)
    frame = name_streams(frame, plan.identities).with_columns(**plan.key_parts)
    if ordinals is not None:
        frame = frame.with_columns(ordinals.of(frame.select(*plan.key_parts)))
    faults = (*layout, *plan.faults)
    judged = frame.with_columns(first_fault(faults))
    unusable = judged.filter(pl.col(FAULT).is_not_null()).select(RECORD, FAULT)
    return Evaluated(
        rows=judged.filter(pl.col(FAULT).is_null()),
        rejects=list_rejects(unusable, rows=rows, faults=faults, plan=plan),
    )


def _exchanged(rows: pl.DataFrame, *, plan: Plan, door: Door) -> pl.DataFrame:
    """Put a pseudonym in the place of every personal id."""
    return rows.with_columns(
        _pseudonyms(rows[column], issuer=issuer, door=door) for column, issuer in plan.personal_ids.items()
    )


def _pseudonyms(ids: pl.Series, *, issuer: str, door: Door) -> pl.Series:
    known = ids.drop_nulls().unique()
    return ids.replace_strict(
        known, pl.Series(door.pseudonyms(issuer, known.to_list()), dtype=pl.String), default=None
    )
