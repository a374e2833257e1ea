"""Files read into rows of text, whatever their format: the columns that a mapping reads, piece by piece."""

from pathlib import Path

from pipelines.ingest.plan import Plan
from pipelines.ingest.reading.delimited import open_delimited
from pipelines.ingest.reading.records import LAYOUT_REASONS, Piece, Records

__all__ = ["LAYOUT_REASONS", "Piece", "Records", "open_records"]


def open_records(path: Path, plan: Plan) -> Records:
    """Open a file and check it as a whole; FileFault if it is not what the mapping describes."""
    return open_delimited(path, plan)
