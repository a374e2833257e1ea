"""The rejected rows of a chunk as the key store keeps them: cells, and marks for erasures to find them by."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import polars as pl

from infra.key_store import KeyStore
from infra.key_store.rejected_rows import Rejects
from pipelines.ingest.chunks import Made
from pipelines.ingest.ordinals import ORDINAL
from pipelines.ingest.plan import LINE, RECORD, Plan, own_text, raw_text
from pipelines.ingest.reading.records import LAYOUT_REASONS
from pipelines.ingest.row_faults import DETAIL, REASON

SEARCHED = ("phone", "caller_number", "id_number", "name")
"""Encrypted fields by whose text a person is found."""
PLACE = "place"

MARKS = pl.Schema({PLACE: pl.UInt32, "mark": pl.Binary})
SUBJECTS = pl.Schema({PLACE: pl.UInt32, "subject": pl.String})
Hashes = Callable[[Sequence[str]], Sequence[bytes | None]]


class RejectTeller:
    """Tells the rejected rows of one file, but for those about the erased and those not worth keeping."""

    def __init__(self, plan: Plan, *, file: str, keys: KeyStore) -> None:
        self._plan, self._file, self._keys = plan, file, keys

    def chosen(self, made: Made) -> pl.DataFrame:
        """The rejected rows of a chunk that may be kept, evaluated, with REASON and DETAIL."""
        listed = made.rejects.filter(~pl.col(REASON).is_in(self._plan.unkept_reasons)).with_row_index(PLACE)
        said = listed.select(PLACE, RECORD, REASON, DETAIL)
        return made.judged.evaluated.join(said, on=RECORD, maintain_order="right")

    def told(self, rows: pl.DataFrame) -> Rejects:
        """What is kept of such rows."""
        return Rejects(
            mapping=self._plan.name,
            file=self._file,
            rows=rows.select(line=LINE, reason=REASON, content=_content(rows, self._plan)),
            marks=pl.concat([MARKS.to_frame(), *self._marks(rows)]).unique(),
            subjects=pl.concat([SUBJECTS.to_frame(), *self._subjects(rows)]).unique(),
        )

    def _marks(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The hashes of personal ids, and of texts by which a person is searched for."""
        ids, texts = self._hashes_of_ids(), self._hashes_of_texts()
        for column, hashes in ids.items():
            yield _hashed(rows, pl.col(own_text(column)), hashes)
        for telling in self._plan.tellings:
            for name in telling.fields.keys() & texts.keys() & telling.event_class.PERSONAL:
                yield _hashed(rows, telling.fields[name], texts[name])
        # Where a row does not have the header's form, any cell may be in any column.
        shifted = rows.filter(pl.col(REASON).is_in(LAYOUT_REASONS))
        for column in self._plan.columns if shifted.height else ():
            for hashes in (*ids.values(), *texts.values()):
                yield _hashed(shifted, _as_it_was(column, self._plan, shifted), hashes)

    def _subjects(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Customers by ids that are not personal."""
        for telling in self._plan.tellings:
            if "customer_id" in telling.fields and "customer_id" not in telling.pseudonymous:
                yield rows.select(PLACE, subject=telling.fields["customer_id"]).drop_nulls()

    def _hashes_of_ids(self) -> dict[str, Hashes]:
        return {
            column: partial(self._keys.alias_hashes, issuer)
            for column, issuer in self._plan.personal_ids.items()
        }

    def _hashes_of_texts(self) -> dict[str, Hashes]:
        told = {name for telling in self._plan.tellings for name in telling.event_class.PERSONAL}
        return {kind: partial(self._keys.terms, kind) for kind in SEARCHED if kind in told}


def numbered_by(plan: Plan) -> list[str]:
    """What rows with the same key are numbered by: the key of the mapping, as it is computed."""
    return [str(part) for part in plan.key] if plan.has_ordinal else []


def _hashed(rows: pl.DataFrame, text: pl.Expr, hashes: Hashes) -> pl.DataFrame:
    told = rows.select(PLACE, text=text.cast(pl.String)).drop_nulls()
    distinct = told["text"].unique()
    marks = pl.Series("mark", hashes(distinct.to_list()), dtype=pl.Binary)
    return told.join(pl.DataFrame([distinct, marks]), on="text").select(PLACE, "mark").drop_nulls()


def _content(rows: pl.DataFrame, plan: Plan) -> pl.Expr:
    """What tells the row again: its cells by column, and which of several with its key it was."""
    cells = [_as_it_was(column, plan, rows).alias(column) for column in plan.columns]
    content = pl.struct(
        detail=DETAIL,
        ordinal=_ordinal(plan),
        numbered_by=pl.lit(numbered_by(plan), dtype=pl.List(pl.String)),
        cells=pl.struct(cells),
    )
    return content.struct.json_encode().cast(pl.Binary)


def _ordinal(plan: Plan) -> pl.Expr:
    """Null for a row without a key: it was counted among others without one."""
    if not plan.has_ordinal:
        return pl.lit(None, dtype=pl.String)
    return pl.when(pl.all_horizontal(pl.col(name).is_not_null() for name in plan.key_parts)).then(ORDINAL)


def _as_it_was(column: str, plan: Plan, rows: pl.DataFrame) -> pl.Expr:
    """The cell as it was read, before it was exchanged for a pseudonym or became a number or a day."""
    if column in plan.personal_ids:
        return pl.col(own_text(column))
    return pl.col(raw_text(column) if raw_text(column) in rows.columns else column)
