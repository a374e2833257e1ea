"""A whole sample written: its files, the mappings that read them, the rules and the printed figures."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from pipelines.sample.files import SampleFile
from pipelines.sample.organisations import ORGANISATIONS, Organisation
from pipelines.sample.request import Request
from pipelines.sample.writing import write_file

ZONE = ZoneInfo("Asia/Shanghai")
RULES, FIGURES = "organisation.yaml", "figures.yaml"


class SampleUnwritable(Exception):
    """A sample cannot be written as it was asked for."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file that was written and the copy of its mapping beside it."""

    path: Path
    mapping: Path
    rows: int


def ignore_rows(name: str, rows: int) -> None:
    """Watch nothing."""


def find_organisation(name: str) -> Organisation:
    """The organisation of that name; SampleUnwritable names those that there are."""
    if name not in ORGANISATIONS:
        raise SampleUnwritable(
            f"there is no sample organisation {name!r}; there are {', '.join(ORGANISATIONS)}."
        )
    return ORGANISATIONS[name]


def check_request(organisation: Organisation, request: Request, *, now: datetime) -> None:
    """SampleUnwritable where nothing would be written, or something ahead of our clock."""
    if request.scale <= 0:
        raise SampleUnwritable(f"a scale of {request.scale} leaves nothing to write; take one above 0.")
    if not 1990 <= request.year <= 9000:
        raise SampleUnwritable(f"{request.year} is no year for a sample; take one from 1990 on.")
    last = organisation.last_day(request.year)
    if _end_of(last) > now:
        raise SampleUnwritable(
            f"{organisation.name} of {request.year} goes to {last}, which is ahead of our clock; "
            f"take an earlier --year."
        )


def last_year_over(organisation: Organisation, *, now: datetime) -> int:
    """The latest year of which everything lies behind our clock."""
    is_over = _end_of(organisation.last_day(now.year)) <= now
    return now.year if is_over else now.year - 1


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)


def write_sample(
    organisation: Organisation,
    request: Request,
    *,
    only: str | None = None,
    on_rows: Callable[[str, int], None] = ignore_rows,
) -> Iterator[Written]:
    """Write file after file, each with its mapping; SampleUnwritable if `only` names none of them.

    The folder is made; the rules are written first, dated for the year asked for, and with a whole sample the
    printed figures.
    """
    wanted = _wanted(organisation, request, only)
    request.out.mkdir(parents=True, exist_ok=True)
    _write_rules(organisation, request)
    if only is None:
        write_figures(organisation, request)
    for file in wanted:
        yield _written(file, request.out, on_rows)


def _wanted(organisation: Organisation, request: Request, only: str | None) -> list[SampleFile]:
    files = organisation.files(request)
    wanted = [file for file in files if only in (None, file.key)]
    if not wanted:
        known = ", ".join(file.key for file in files)
        raise SampleUnwritable(f"{organisation.name} has no file {only!r}; it has {known}.")
    return wanted


def _written(file: SampleFile, folder: Path, on_rows: Callable[[str, int], None]) -> Written:
    rows = 0

    def count(more: int) -> None:
        nonlocal rows
        rows += more
        on_rows(file.name, rows)

    path = write_file(file, folder, on_rows=count)
    mapping = folder / file.mapping.name
    shutil.copyfile(file.mapping, mapping)
    return Written(path=path, mapping=mapping, rows=rows)


def _write_rules(organisation: Organisation, request: Request) -> None:
    text = organisation.rules.read_text(encoding="utf-8")
    (request.out / RULES).write_text(_dated(text, organisation, request), encoding="utf-8")


def write_figures(organisation: Organisation, request: Request) -> Path:
    """Write what the organisation's report prints, for `kefu audit --figures`; the counts are of scale 1."""
    text = _dated(organisation.figures.read_text(encoding="utf-8"), organisation, request)
    path = request.out / FIGURES
    path.write_text(Template(text).substitute(organisation.printed_of(request)), encoding="utf-8")
    return path


def _dated(text: str, organisation: Organisation, request: Request) -> str:
    """The printed year, the one before and the one after moved to the year asked for."""
    years = "|".join(str(organisation.printed + by) for by in (-1, 0, 1))
    moved = request.year - organisation.printed
    return re.sub(rf"\b({years})-", lambda found: f"{int(found[1]) + moved}-", text)
