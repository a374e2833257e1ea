"""Kept rows read as records again, so that whatever tells a file's rows tells them too."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from infra.key_store.rejected_rows import RejectedRows, Source
from pipelines.ingest.ordinals import ORDINAL
from pipelines.ingest.plan import HIDDEN, LINE, Plan, RowFault
from pipelines.ingest.reading import LAYOUT_REASONS, Piece
from pipelines.ingest.told_rejects import numbered_by

KEPT = f"{HIDDEN}kept"
"""The id of the kept row that a row was read from."""
CONTENT = f"{HIDDEN}content"
PAGE_ROWS = 5_000

FORMLESS = "do not have the form of their file, so that any cell may be in any column"
FEWER_COLUMNS = "were kept by a mapping that read fewer columns than today's"
NO_ORDINAL = "are told apart by their place among rows with the same key, and the mapping had another key"


class KeptRecords:
    """The kept rows of one mapping and file that can be told again; `left_out` counts the others, by why."""

    faults: tuple[RowFault, ...] = ()
    size = 0

    def __init__(
        self,
        kept: RejectedRows,
        source: Source,
        *,
        plan: Plan,
        reason: str | None = None,
        ids: list[int] | None = None,
    ) -> None:
        self.path = Path(source.file)
        self._kept, self._source, self._plan = kept, source, plan
        self._reason, self._ids = reason, ids
        self.left_out: Counter[str] = Counter()

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The rows in the order of their file, with KEPT, CONTENT, and ORDINAL if the mapping wants one."""
        self.left_out.clear()
        for page in self._kept.pages(self._source, size=PAGE_ROWS, reason=self._reason, ids=self._ids):
            rows, left_out = read_page(page, self._plan)
            self.left_out.update(left_out)
            if rows.height:
                yield Piece(rows=rows, weight=int(page["content"].bin.size().sum()), ends=0)


def read_page(page: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, Counter[str]]:
    """The rows of a page as a file would give them, and how many cannot be told again, by why."""
    contents = [msgspec.json.decode(one) for one in page["content"]]
    why = [_why_not(one, reason, plan) for one, reason in zip(contents, page["reason"], strict=True)]
    usable = [place for place, said in enumerate(why) if said is None]
    rows = as_rows(page[usable], [contents[place] for place in usable], plan)
    return rows, Counter(said for said in why if said is not None)


def as_rows(page: pl.DataFrame, contents: list[dict[str, Any]], plan: Plan) -> pl.DataFrame:
    """LINE, KEPT, CONTENT, the columns that the mapping reads, and ORDINAL if it wants one."""
    cells = {
        name: pl.Series(name, [one["cells"].get(name) for one in contents], dtype=pl.String)
        for name in plan.columns
    }
    ordinals = [one["ordinal"] for one in contents]
    numbered = [pl.Series(ORDINAL, ordinals, dtype=pl.String)] if plan.has_ordinal else []
    return page.select(
        pl.col("line").alias(LINE), pl.col("id").alias(KEPT), pl.col("content").alias(CONTENT)
    ).with_columns(*cells.values(), *numbered)


def _why_not(content: dict[str, Any], reason: str, plan: Plan) -> str | None:
    if reason in LAYOUT_REASONS:
        return FORMLESS
    if not content["cells"].keys() >= set(plan.columns):
        return FEWER_COLUMNS
    if plan.has_ordinal and not is_numbered(content, plan):
        return NO_ORDINAL
    return None


def is_numbered(content: dict[str, Any], plan: Plan) -> bool:
    """Whether the row's ordinal counts rows with the key that the mapping has today."""
    return content["ordinal"] is not None and content.get("numbered_by") == numbered_by(plan)
