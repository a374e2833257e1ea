"""How local times told as text become instants: one text or two, over midnight, at a period's end."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from pipelines.ingest.counted_times import COUNTED, counted_time
from pipelines.ingest.expressions import Names
from pipelines.ingest.mapping_file import TimePart
from pipelines.ingest.plan import HIDDEN, Compiled, RowFault
from pipelines.ingest.time_forms import tells_instant, unreadable_form
from pipelines.ingest.yaml_lines import Lines, Where

DAY = pl.duration(days=1)
INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, kw_only=True)
class ReadTime:
    """The steps that compute a time column, and why a row's time may be unusable."""

    steps: tuple[dict[str, pl.Expr], ...]
    faults: tuple[RowFault, ...]
    columns: tuple[str, ...]


def check_zone(zone: str, *, lines: Lines, where: Where) -> str:
    """MappingFault if no such zone is known."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise lines.fault(
            where, f"{zone!r} is not a time zone; write an IANA name such as Asia/Shanghai."
        ) from error
    return zone


def local_of(name: str) -> str:
    """The hidden column that holds a time column's wall clock in its zone."""
    return f"{HIDDEN}local:{name}"


def read_time(name: str, part: TimePart, *, names: Names, zone: str, where: Where) -> ReadTime:
    """Compile a time; its column holds instants (UTC), null where it did not happen or has no text."""
    told, is_sentinel = _told_text(part, names, where)
    absent = names.condition(part.absent, (*where, "absent")) if part.absent else pl.lit(value=False)
    zone = check_zone(part.zone, lines=names.lines, where=(*where, "zone")) if part.zone else zone
    form = part.format or _usual_form(part)
    if problem := unreadable_form(form, is_time_of_day=part.date is None and part.time is not None):
        raise names.lines.fault((*where, "format"), f"{form!r} {problem}")
    text_column, local_column = f"{HIDDEN}text:{name}", local_of(name)
    texts = {text_column: pl.when(~(absent | is_sentinel)).then(told.expr).otherwise(None)}
    moment = _moment(pl.col(text_column), form)
    if tells_instant(form) and part.end_of is None and part.time is None:
        # An instant is itself, in an hour that clocks show twice too.
        local = pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None)
        steps = (texts, {name: moment}, {local_column: local})
    else:
        local = (
            moment.dt.convert_time_zone(zone).dt.replace_time_zone(None) if tells_instant(form) else moment
        )
        if part.time is not None and part.date is None:
            local = _placed(part, form=form, text=pl.col(text_column), names=names, where=where)
        instant = _instant(pl.col(local_column), zone=zone, ambiguous=part.ambiguous)
        steps = (texts, {local_column: _ended(local, part.end_of)}, {name: instant})
    names.define(name, dtype=INSTANT, columns=told.columns)
    return ReadTime(steps=steps, faults=_faults(name, told, zone=zone, form=form), columns=told.columns)


def _moment(text: pl.Expr, form: str) -> pl.Expr:
    """What a text tells: an instant in UTC, or a wall clock without a zone."""
    zone = "UTC" if tells_instant(form) else None
    if form in COUNTED:
        return counted_time(text, form).dt.replace_time_zone(zone)
    return text.str.to_datetime(form, time_unit="us", time_zone=zone, strict=False)


def _told_text(part: TimePart, names: Names, where: Where) -> tuple[Compiled, pl.Expr]:
    """The text to parse, date and time with a blank between, and whether it is a sentinel."""
    given = {key: getattr(part, key) for key in ("at", "date", "time") if getattr(part, key) is not None}
    if list(given) not in (["at"], ["date"], ["date", "time"], ["time"]):
        raise names.lines.fault(where, "needs at:, or date: and time:, or time: with near: or after:.")
    if (part.near is not None) + (part.after is not None) != (list(given) == ["time"]):
        raise names.lines.fault(
            where, "a time: without date: needs one of near: and after:, and only that does."
        )
    if part.format in COUNTED and list(given) not in (["at"], ["date"]):
        raise names.lines.fault((*where, "format"), f"{part.format} is one number; give it as at: or date:.")
    texts = [names.text(sql, (*where, key)) for key, sql in given.items()]
    columns = dict.fromkeys(column for text in texts for column in text.columns)
    joined = pl.concat_str([text.expr for text in texts], separator=" ")
    is_sentinel = pl.any_horizontal(
        [told.is_in(part.sentinels).fill_null(value=False) for told in (joined, *(one.expr for one in texts))]
    )
    return Compiled(expr=joined, dtype=pl.String(), columns=tuple(columns)), is_sentinel


def _usual_form(part: TimePart) -> str:
    if part.at is None and part.date is None:
        return "%H:%M:%S"
    return "%Y-%m-%d" if part.at is None and part.time is None else "%Y-%m-%d %H:%M:%S"


def _placed(part: TimePart, *, form: str, text: pl.Expr, names: Names, where: Where) -> pl.Expr:
    """Give a time of day its day: nearest to another time, or at most a day after it."""
    key = "near" if part.near is not None else "after"
    other = part.near or part.after or ""
    if names.types.get(other) != INSTANT:
        raise names.lines.fault((*where, key), f"{other!r} is not a time computed before this one.")
    reference = pl.col(local_of(other))
    same_day = reference.dt.truncate("1d") + (text.str.to_time(form, strict=False) - pl.time(0, 0, 0))
    if key == "after":
        return pl.when(same_day < reference).then(same_day + DAY).otherwise(same_day)
    away = same_day - reference
    return (
        pl.when(away < -DAY / 2)
        .then(same_day + DAY)
        .when(away > DAY / 2)
        .then(same_day - DAY)
        .otherwise(same_day)
    )


def _ended(local: pl.Expr, end_of: str | None) -> pl.Expr:
    """The last microsecond of the day or month that a wall clock lies in."""
    if end_of is None:
        return local
    step = {"day": "1d", "month": "1mo"}[end_of]
    return local.dt.truncate(step).dt.offset_by(step) - pl.duration(microseconds=1)


def _instant(local: pl.Expr, *, zone: str, ambiguous: str) -> pl.Expr:
    told = "null" if ambiguous == "reject" else ambiguous
    instant = local.dt.replace_time_zone(zone, non_existent="null", ambiguous=told)  # type: ignore[arg-type]
    return instant.dt.convert_time_zone("UTC")


def _faults(name: str, told: Compiled, *, zone: str, form: str) -> tuple[RowFault, ...]:
    text, local = pl.col(f"{HIDDEN}text:{name}"), pl.col(local_of(name))
    skipped = local.dt.replace_time_zone(zone, non_existent="null", ambiguous="earliest").is_null()
    missing = local.is_not_null() & pl.col(name).is_null()
    return (
        RowFault(
            reason="bad_time",
            when=text.is_not_null() & local.is_null(),
            columns=told.columns,
            says=COUNTED[form].says if form in COUNTED else f"is no time of the form {form}",
        ),
        RowFault(
            reason="no_such_time",
            when=missing & skipped,
            columns=told.columns,
            says=f"does not exist in {zone}, where clocks went forward",
        ),
        RowFault(
            reason="ambiguous_time",
            when=missing,
            columns=told.columns,
            says=f"happens twice in {zone}, where clocks went back (ambiguous: earliest would choose)",
        ),
    )
