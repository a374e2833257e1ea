"""Whether times can be read by a form at all: a known moment is written by it, and read back."""

import re
from datetime import UTC, datetime

import polars as pl
from polars.exceptions import PolarsError

from pipelines.ingest.counted_times import COUNTED

OFFSET = re.compile(r"%:{0,3}z|%#z|%\+")
KNOWN = datetime(2003, 4, 5, 6, 7, 8, tzinfo=UTC)


def tells_instant(form: str) -> bool:
    """Whether a text of this form names an instant, whatever the zone: by counting, or by an offset."""
    return COUNTED[form].is_instant if form in COUNTED else OFFSET.search(form) is not None


def unreadable_form(form: str, *, is_time_of_day: bool) -> str | None:
    """What is wrong with a form, as the rest of a sentence; None if times can be read by it."""
    if form in COUNTED:
        return None
    if "%s" in form:
        return "counts seconds, which is format: epoch_s."
    try:
        # What Polars reads and cannot write, `%#z`, is written as what it can.
        text = pl.Series([KNOWN]).dt.to_string(form.replace("%#z", "%z"))
        read = _read_back(text, form, is_time_of_day=is_time_of_day)
    except PolarsError:
        return "is no form of a time; write one such as '%Y-%m-%d %H:%M:%S'."
    if read is None:
        told, example = ("hour", "%H:%M:%S") if is_time_of_day else ("year", "%Y-%m-%d %H:%M:%S")
        return f"does not tell the {told}; write a form such as {example!r}."
    return None


def _read_back(text: pl.Series, form: str, *, is_time_of_day: bool) -> int | None:
    """The year or the hour that was written, if it can be read again."""
    if is_time_of_day:
        time = text.str.to_time(form, strict=False)[0]
        return None if time is None or time.hour != KNOWN.hour else KNOWN.hour
    zone = "UTC" if tells_instant(form) else None
    moment = text.str.to_datetime(form, time_unit="us", time_zone=zone, strict=False)[0]
    return None if moment is None or moment.year != KNOWN.year else KNOWN.year
