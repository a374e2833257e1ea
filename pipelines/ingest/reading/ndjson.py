"""NDJSON files as records: one JSON object a line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import Plan, RowFault
from pipelines.ingest.reading.json_columns import check_columns
from pipelines.ingest.reading.json_lines import Columns, decode_lines, record_faults
from pipelines.ingest.reading.records import Piece
from pipelines.ingest.reading.signatures import BOM, refuse_other_forms
from pipelines.ingest.reading.unpacking import Unpacked, open_unpacked

HEAD_BYTES = 1 << 20
LONGEST_LINE = 16 << 20


@dataclass(frozen=True, kw_only=True)
class NdJsonFile:
    """An NDJSON file whose beginning was looked at."""

    path: Path
    size: int
    columns: Columns

    @property
    def faults(self) -> Sequence[RowFault]:
        return record_faults()

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The lines that are not blank, never cutting one."""
        line = 1
        with open_unpacked(self.path) as file:
            for content in _whole_lines(file, wanted):
                rows = decode_lines(content, self.columns, first_line=line)
                line += content.count(b"\n")
                yield Piece(rows=rows, weight=len(content), ends=file.done)


def open_ndjson(path: Path, plan: Plan) -> NdJsonFile:
    """Look at the beginning; FileFault if it is no NDJSON, or none that the mapping describes."""
    with open_unpacked(path) as file:
        head = file.read(HEAD_BYTES)
        size = file.size
    refuse_other_forms(path, head, plan.layout)
    columns = Columns(plan.columns)
    lines = head.removeprefix(BOM).split(b"\n")
    # Of a file that goes on, the last line may be cut.
    check_columns(path, lines if len(head) < HEAD_BYTES else lines[:-1], plan)
    return NdJsonFile(path=path, size=size, columns=columns)


def _whole_lines(file: Unpacked, wanted: Callable[[], int]) -> Iterator[bytes]:
    """The file cut at ends of lines into pieces of about `wanted()` bytes, without its byte order mark."""
    held, line = file.read(len(BOM)).removeprefix(BOM), 1
    while read := file.read(max(wanted(), len(held))):
        held += read
        cut = held.rfind(b"\n") + 1
        if cut == 0 and len(held) > LONGEST_LINE:
            problem = f"line {line} is longer than {LONGEST_LINE >> 20} MiB; cut it up, or name another file."
            raise FileFault(path=file.path, problem=problem)
        if cut:
            yield held[:cut]
            line += held.count(b"\n", 0, cut)
            held = held[cut:]
    if held:
        yield held
