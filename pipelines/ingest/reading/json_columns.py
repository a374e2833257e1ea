"""Whether JSON records have the columns that a mapping reads, as far as their beginning tells."""

import re
from collections.abc import Sequence
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import Plan
from pipelines.ingest.reading.json_cells import keys_of
from pipelines.ingest.reading.missing_columns import listed


def check_columns(path: Path, lines: Sequence[bytes], plan: Plan) -> None:
    """FileFault if a mapping cannot mean these records.

    Systems leave out what is null, so a column that the first records lack is no fault in itself. It is
    one if no record has anything that is read, if it is in the key, of which every record would be rejected,
    or if the records have a column of that name but for case, blanks and marks.
    """
    found = {name for line in lines for name in keys_of(line)}
    missing = [name for name in plan.columns if name not in found]
    if not found or not missing:
        return
    for name in missing:
        meant = [one for one in sorted(found) if _letters(one) == _letters(name)]
        if meant or name in plan.key_columns or len(missing) == len(plan.columns):
            names = listed(meant[:1] or sorted(found))
            hint = f"did you mean '{names}'" if meant else f"its columns are {names}"
            problem = (
                f"has no column {name!r} in its first records, which the mapping reads in line "
                f"{plan.column_lines[name]}; {hint}."
            )
            raise FileFault(path=path, problem=problem)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
