"""What is said of columns that a mapping reads and a file does not have."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import HIDDEN, Plan

SHOWN_NAMES, SHOWN_CHARACTERS = 20, 500


def check_names(path: Path, names: Sequence[str], plan: Plan) -> None:
    """FileFault if a column is missing, stands there twice, or has a name that only we may use."""
    missing = [name for name in plan.columns if name not in names]
    if missing:
        others = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        problem = (
            f"has no column {missing[0]!r}{others}, which the mapping reads in line "
            f"{plan.column_lines[missing[0]]}; its columns are {listed(names)}."
        )
        raise FileFault(path=path, problem=problem)
    often = [name for name, count in Counter(names).items() if count > 1 and name in plan.columns]
    if often:
        raise FileFault(path=path, problem=f"has the column {often[0]!r} more than once; rename one of them.")
    ours = [name for name in plan.columns if name.startswith(HIDDEN)]
    if ours:
        raise FileFault(path=path, problem=f"has a column with an unusable name, {ours[0]!r}; rename it.")


def listed(names: Sequence[str]) -> str:
    """The first names, no longer than a line or two."""
    shown = printable(", ".join(names[:SHOWN_NAMES]))
    is_cut = len(names) > SHOWN_NAMES or len(shown) > SHOWN_CHARACTERS
    return f"{shown[:SHOWN_CHARACTERS]} …" if is_cut else shown


def printable(text: str) -> str:
    """A text of a file as it may stand within a sentence."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)
