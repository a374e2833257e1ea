"""Files read into rows of text, whatever their format: the columns that a mapping reads, piece by piece."""

from collections.abc import Callable
from pathlib import Path

from pipelines.ingest.plan import Plan
from pipelines.ingest.reading.delimited import open_delimited
from pipelines.ingest.reading.excel import open_excel
from pipelines.ingest.reading.json_document import open_json
from pipelines.ingest.reading.ndjson import open_ndjson
from pipelines.ingest.reading.parquet import open_parquet
from pipelines.ingest.reading.records import LAYOUT_REASONS, Piece, Records
from pipelines.ingest.reading.unpacked_copy import opens_packed

__all__ = ["LAYOUT_REASONS", "Piece", "Records", "open_records"]


def open_records(path: Path, plan: Plan) -> Records:
    """Open a file and check it as a whole; FileFault if it is not what the mapping describes."""
    return OPENERS[plan.layout.type](path, plan)


OPENERS: dict[str, Callable[[Path, Plan], Records]] = {
    "csv": open_delimited,
    "tsv": open_delimited,
    "excel": opens_packed(open_excel),
    "ndjson": open_ndjson,
    "json": open_json,
    "parquet": opens_packed(open_parquet),
}
