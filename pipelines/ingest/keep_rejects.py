"""The rejected rows of a file handed to the key store, with the marks by which an erasure finds them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import polars as pl

from infra.key_store import KeyStore
from infra.key_store.rejected_rows import RejectedRows, Rejects
from pipelines.ingest.chunks import Made
from pipelines.ingest.ordinals import ORDINAL
from pipelines.ingest.plan import LINE, RECORD, Plan, own_text, raw_text
from pipelines.ingest.reading.records import LAYOUT_REASONS, Records
from pipelines.ingest.row_faults import DETAIL, ERASED_REASON, REASON

SEARCHED = ("phone", "caller_number", "id_number", "name")
"""Encrypted fields by whose text a person is found."""

MARKS = pl.Schema({"place": pl.UInt32, "mark": pl.Binary})
SUBJECTS = pl.Schema({"place": pl.UInt32, "subject": pl.String})
Hashes = Callable[[Sequence[str]], Sequence[bytes | None]]


class RejectKeeper:
    """Keeps the cells that the mapping reads of every rejected row, but for those about the erased."""

    def __init__(
        self, records: Records, plan: Plan, *, keys: KeyStore, clock: Callable[[], datetime]
    ) -> None:
        self._file, self._plan = str(records.path), plan
        self._keys, self._clock = keys, clock
        self._kept = RejectedRows(keys)
        self._kept.prune(now=clock())

    def keep(self, made: Made) -> None:
        """Keep the rejects of a chunk."""
        chosen = made.rejects.filter(pl.col(REASON) != ERASED_REASON).with_row_index("place")
        if chosen.is_empty():
            return
        rows = made.judged.evaluated.join(
            chosen.select("place", RECORD, REASON, DETAIL), on=RECORD, maintain_order="right"
        )
        rejects = Rejects(
            mapping=self._plan.name,
            file=self._file,
            rows=rows.select(line=LINE, reason=REASON, content=_content(rows, self._plan)),
            marks=pl.concat([MARKS.to_frame(), *self._marks(rows)]).unique(),
            subjects=pl.concat([SUBJECTS.to_frame(), *self._subjects(rows)]).unique(),
        )
        self._kept.keep(rejects, now=self._clock())

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
                yield rows.select("place", subject=telling.fields["customer_id"]).drop_nulls()

    def _hashes_of_ids(self) -> dict[str, Hashes]:
        return {
            column: partial(self._keys.alias_hashes, issuer)
            for column, issuer in self._plan.personal_ids.items()
        }

    def _hashes_of_texts(self) -> dict[str, Hashes]:
        told = {name for telling in self._plan.tellings for name in telling.event_class.PERSONAL}
        return {kind: partial(self._keys.terms, kind) for kind in SEARCHED if kind in told}


def _hashed(rows: pl.DataFrame, text: pl.Expr, hashes: Hashes) -> pl.DataFrame:
    told = rows.select("place", text=text.cast(pl.String)).drop_nulls()
    distinct = told["text"].unique()
    marks = pl.Series("mark", hashes(distinct.to_list()), dtype=pl.Binary)
    return told.join(pl.DataFrame([distinct, marks]), on="text").select("place", "mark").drop_nulls()


def _content(rows: pl.DataFrame, plan: Plan) -> pl.Expr:
    """What tells the row again: its cells by column, and which of several with its key it was."""
    cells = [_as_it_was(column, plan, rows).alias(column) for column in plan.columns]
    ordinal = pl.col(ORDINAL) if ORDINAL in rows.columns else pl.lit(None, dtype=pl.String)
    content = pl.struct(detail=DETAIL, ordinal=ordinal, cells=pl.struct(cells))
    return content.struct.json_encode().cast(pl.Binary)


def _as_it_was(column: str, plan: Plan, rows: pl.DataFrame) -> pl.Expr:
    """The cell as it was read, before it was exchanged for a pseudonym or became a number or a day."""
    if column in plan.personal_ids:
        return pl.col(own_text(column))
    return pl.col(raw_text(column) if raw_text(column) in rows.columns else column)
