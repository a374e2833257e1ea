"""Personal ids of rows exchanged for pseudonyms, before anything else of a mapping sees them."""

from dataclasses import dataclass

import polars as pl

from pipelines.ingest.doors import CANDIDATES, Door
from pipelines.ingest.plan import HIDDEN, RECORD, Plan, own_text

ERASED = f"{HIDDEN}erased"
"""Whether a row names somebody who was erased by a personal id."""


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """The rows with a pseudonym in the place of every personal id, and which ids were new, by column.

    An id itself stays in the hidden column `own_text`, for fields that encrypt it.
    """

    rows: pl.DataFrame
    proposed: dict[str, pl.Series]

    def keep(self, records: pl.Series, *, plan: Plan, door: Door) -> bool:
        """Commit the new pseudonyms of these records; False if the rows must be exchanged again."""
        return all(
            door.keep(plan.personal_ids[column], self._of(records, column, new).to_list())
            for column, new in self.proposed.items()
            if not new.is_empty()
        )

    def _of(self, records: pl.Series, column: str, new: pl.Series) -> pl.Series:
        told = self.rows.filter(pl.col(RECORD).is_in(records.implode()))[own_text(column)].unique()
        return told.filter(told.is_in(new.implode()))


def exchange(rows: pl.DataFrame, *, plan: Plan, door: Door) -> Exchanged:
    """Look every personal id up; nothing is made before `Exchanged.keep`."""
    if not plan.personal_ids:
        return Exchanged(rows=rows.with_columns(pl.lit(value=False).alias(ERASED)), proposed={})
    found = {column: _found(rows[column], issuer, door=door) for column, issuer in plan.personal_ids.items()}
    pseudonyms = [
        pl.col(column).replace_strict(candidates["id"], candidates["pseudonym"], default=None)
        for column, candidates in found.items()
    ]
    exchanged = rows.with_columns(pl.col(column).alias(own_text(column)) for column in found).with_columns(
        pseudonyms
    )
    gone = [pl.col(own_text(column)).is_not_null() & pl.col(column).is_null() for column in found]
    return Exchanged(
        rows=exchanged.with_columns(pl.any_horizontal(gone).alias(ERASED)),
        proposed={column: one.filter("is_proposed")["id"] for column, one in found.items()},
    )


def _found(ids: pl.Series, issuer: str, *, door: Door) -> pl.DataFrame:
    wanted = ids.drop_nulls().unique().to_list()
    rows = [(one, *candidate) for one, candidate in zip(wanted, door.look_up(issuer, wanted), strict=True)]
    return pl.DataFrame(rows, schema=CANDIDATES, orient="row")
