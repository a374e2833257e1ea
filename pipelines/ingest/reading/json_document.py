"""JSON documents as records: a list of objects, which may stand somewhere within the document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import Plan, RowFault
from pipelines.ingest.reading.json_columns import check_columns
from pipelines.ingest.reading.json_lines import Columns, decode_lines, record_faults
from pipelines.ingest.reading.json_list import JsonList, find_list
from pipelines.ingest.reading.records import Piece
from pipelines.ingest.reading.signatures import BOM, refuse_other_forms
from pipelines.ingest.reading.unpacking import Unpacked, open_unpacked

HEAD_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class JsonDocument:
    """A document whose list was found; `steps` lead to it."""

    path: Path
    size: int
    steps: tuple[str, ...]
    columns: Columns

    @property
    def faults(self) -> Sequence[RowFault]:
        return record_faults()

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The elements of the list, never cutting one."""
        record = 1
        with open_unpacked(self.path) as file:
            for content in _found(file, self.steps).lines(wanted):
                rows = decode_lines(content, self.columns, first_line=record)
                record += content.count(b"\n") + 1
                yield Piece(rows=rows, weight=len(content), ends=file.done)


def open_json(path: Path, plan: Plan) -> JsonDocument:
    """Look at the beginning; FileFault if it holds no such list, or none that the mapping describes."""
    steps = tuple(plan.layout.records.split(".")) if plan.layout.records else ()
    with open_unpacked(path) as file:
        refuse_other_forms(path, file.read(HEAD_BYTES), plan.layout)
        size = file.size
    with open_unpacked(path) as file:
        first = next(_found(file, steps).lines(lambda: HEAD_BYTES), b"")
    check_columns(path, first.split(b"\n"), plan)
    return JsonDocument(path=path, size=size, steps=steps, columns=Columns(plan.columns))


def _found(file: Unpacked, steps: tuple[str, ...]) -> JsonList:
    held = file.read(HEAD_BYTES).removeprefix(BOM).lstrip()
    if not held:
        raise FileFault(path=file.path, problem="is empty; export it again.")
    return find_list(file, held, steps)
