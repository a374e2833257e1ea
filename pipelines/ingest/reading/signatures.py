"""Files that are of another form than their mapping says, known by their first bytes."""

from pathlib import Path
from typing import Final

from pipelines.ingest.faults import FileFault
from pipelines.ingest.mapping_file import FormatPart

BOM: Final = b"\xef\xbb\xbf"
FORMS: Final = {
    b"PAR1": ("Parquet", "set format.type to parquet"),
    b"PK\x03\x04": ("a workbook or a zip archive", "set format.type to excel, or unpack it"),
    b"\xd0\xcf\x11\xe0": ("a workbook", "set format.type to excel"),
    b"\xff\xfe": ("UTF-16 text", "save it as UTF-8"),
    b"\xfe\xff": ("UTF-16 text", "save it as UTF-8"),
}
NAMES: Final = {"ndjson": "NDJSON", "json": "JSON", "parquet": "Parquet", "excel": "a workbook"}


def refuse_other_forms(path: Path, head: bytes, layout: FormatPart) -> None:
    """FileFault if a file that should be JSON text begins like something else."""
    for mark, (form, advice) in FORMS.items():
        if head.startswith(mark):
            raise FileFault(path=path, problem=f"is {form}, not {NAMES[layout.type]}; {advice}.")
    if layout.type == "ndjson" and _is_one_document(head):
        problem = "is one JSON document, not a record a line; set format.type to json."
        raise FileFault(path=path, problem=problem)


def _is_one_document(head: bytes) -> bool:
    first = next((line.strip() for line in head.split(b"\n") if line.strip()), b"")
    return first.startswith(b"[") or first == b"{"
