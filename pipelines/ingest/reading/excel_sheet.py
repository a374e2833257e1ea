"""A program of its own that reads one sheet of a workbook into an Arrow stream, within a limit of memory.

A reader that is misled by a damaged workbook may crash or ask for all memory; here only this program ends.
Nothing of ours is imported, so that it starts at once.
"""

import json
import resource
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MEMORY: Final = 6 << 30
ROWS_AT_ONCE: Final = 8192
LOOKS_LIKE_TIME: Final = r"^[+-]?\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d"
LOOKS_LIKE_ISO: Final = r"^\d{4}-\d\d-\d\dT\d\d:"
LOOKS_LONG: Final = r"^-?\d{7,}\.\d{6,}$"
NO_SHEET, NO_WORKBOOK = 3, 4


def main(path: str, sheet: str) -> int:
    """Write the cells as text, columns numbered from 0, beside them `time:` and `error:` columns if any.

    The time of a cell is its duration since the first day of the workbook's calendar.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        workbook = fastexcel.read_excel(Path(path).read_bytes())
        place = _place(json.loads(sheet), workbook.sheet_names)
        if place is None:
            sys.stderr.write(json.dumps(workbook.sheet_names))
            return NO_SHEET
        table = _table(workbook, place)
    except (fastexcel.FastExcelError, pa.ArrowException) as error:
        sys.stderr.write(str(error).splitlines()[0])
        return NO_WORKBOOK
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table, max_chunksize=ROWS_AT_ONCE)
    return 0


def _place(sheet: str | int | None, names: list[str]) -> int | None:
    """The number of a sheet, given by its name, its number from 1, or not at all."""
    if isinstance(sheet, str) and sheet in names:
        return names.index(sheet)
    place = sheet - 1 if isinstance(sheet, int) else 0 if sheet is None else -1
    return place if 0 <= place < len(names) else None


def _table(workbook: fastexcel.ExcelReader, place: int) -> pa.Table:
    def load(kind: Any, numbers: list[int] | None = None) -> fastexcel.ExcelSheet:
        return workbook.load_sheet(place, header_row=None, skip_rows=0, dtypes=kind, use_columns=numbers)

    texts, errors = load("string").to_arrow_with_errors()
    columns = {str(number): column for number, column in enumerate(texts.columns)}

    def those(pattern: str) -> list[int]:
        return [number for number, column in enumerate(texts.columns) if _has(pattern, column)]

    unread = _by_column(errors)
    if timed := sorted({*those(LOOKS_LIKE_TIME), *unread}):
        lengths = load("duration", timed).to_arrow()
        columns |= {f"time:{number}": column for number, column in zip(timed, lengths.columns, strict=True)}
    if iso := those(LOOKS_LIKE_ISO):
        moments = load("datetime", iso).to_arrow()
        for number, values in zip(iso, moments.columns, strict=True):
            told = pc.replace_substring(columns[str(number)], "T", " ", max_replacements=1)
            columns[str(number)] = pc.if_else(pc.is_valid(values), told, columns[str(number)])
    if long := those(LOOKS_LONG):
        floats, numeric = load("float", long).to_arrow(), load("boolean", long).to_arrow()
        for number, values, is_number in zip(long, floats.columns, numeric.columns, strict=True):
            columns[str(number)] = _shortened(columns[str(number)], values, is_number)
    for number, rows in unread.items():
        is_error = np.zeros(texts.num_rows, dtype=np.bool_)
        is_error[rows] = True
        # Open documents hold a time of day in a way that is no text for the reader, but is a duration.
        columns[f"error:{number}"] = pc.and_(pa.array(is_error), pc.is_null(columns[f"time:{number}"]))
    return pa.table(columns)


def _shortened(texts: pa.Array, values: pa.Array, is_number: pa.Array) -> pa.Array:
    """Numbers of more than fifteen digits with the fifteen that a workbook shows; texts stay as they are.

    The reader writes 51767205.9 as 51767205.899999999. Only numbers can be read as true or false.
    """
    is_long = pc.and_(pc.match_substring_regex(texts, LOOKS_LONG), pc.is_valid(is_number))
    long = pc.fill_null(is_long, fill_value=False)
    shown = [_fifteen_digits(value) for value in values.filter(long).to_pylist()]
    return pc.replace_with_mask(texts, long, pa.array(shown, texts.type))


def _fifteen_digits(value: float) -> str:
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _has(pattern: str, column: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, pattern)).as_py())


def _by_column(errors: fastexcel.CellErrors | None) -> dict[int, list[int]]:
    """The rows of cells that cannot be read as text: errors such as #DIV/0!, and some times."""
    found: dict[int, list[int]] = {}
    for error in errors.errors if errors is not None else ():
        row, column = error.offset_position
        found.setdefault(column, []).append(row)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
