"""A mapping file turned into a plan: every expression checked before the first row is read."""

from pathlib import Path

import polars as pl

from domain.envelope import ISSUER
from pipelines.ingest.cells import SAYS, STORED_DTYPES, parsed
from pipelines.ingest.compile_events import compile_tellings
from pipelines.ingest.compile_identities import Identities
from pipelines.ingest.compile_layout import check_header_columns, check_layout
from pipelines.ingest.expressions import Names
from pipelines.ingest.mapping_file import MappingFile, TimePart, read_mapping_file
from pipelines.ingest.ordinals import TOLD_ORDINAL
from pipelines.ingest.plan import Compiled, Plan, RowFault, Telling, raw_text
from pipelines.ingest.row_faults import ERASED_REASON
from pipelines.ingest.times import INSTANT, check_zone, read_time
from pipelines.ingest.yaml_lines import Lines

HISTORY = "occurred_at"
"""The value of recorded_at by which a mapping declares a history without entry times."""

Steps = list[dict[str, pl.Expr]]


def read_mapping(path: Path) -> Plan:
    """Read and check a mapping; MappingFault, with its line, if it cannot be used."""
    file, lines = read_mapping_file(path)
    _check_words(file, lines)
    names = Names(lines=lines, later=set(file.let))
    steps: Steps = []
    faults = [*_read_types(file, names, steps), *_compute_lets(file, names, steps)]
    rejects = _compile_rejects(file, names)
    identities = Identities(file=file, names=names)
    key = [names.text(sql, ("key", index)) for index, sql in enumerate(file.key)]
    if file.ordinal:
        _name_ordinal(names)
    tellings = compile_tellings(file, names=names, identities=identities)
    check_header_columns(file.format, names.columns, lines)
    return Plan(
        name=path.stem,
        source=file.source,
        zone=file.zone,
        layout=file.format,
        columns=tuple(names.columns),
        column_lines={name: lines.line(where) for name, where in names.columns.items()},
        personal_ids=file.personal,
        personal=frozenset(file.personal) | _encrypted_columns(tellings),
        steps=tuple(steps),
        identities=identities.named(),
        faults=(*rejects, *map(_missing_key, key), *faults, *identities.faults),
        key=tuple(part.expr for part in key),
        key_columns=tuple(dict.fromkeys(column for part in key for column in part.columns)),
        has_ordinal=file.ordinal,
        declares_history=file.recorded_at == HISTORY,
        recorded_at=_entry_time(file, names),
        tellings=tuple(telling for telling, _ in tellings),
        corrects=file.on_change == "correct",
        messages=file.messages,
        unkept_reasons=frozenset({ERASED_REASON, *(one.reason for one in file.rejects if not one.keep)}),
    )


def _compile_rejects(file: MappingFile, names: Names) -> list[RowFault]:
    for index, reject in enumerate(file.rejects):
        if reject.reason == ERASED_REASON:
            problem = (
                f"{ERASED_REASON!r} is what rows about forgotten people are rejected as; choose another word."
            )
            raise names.lines.fault(("rejects", index, "reason"), problem)
    return [
        RowFault(
            reason=reject.reason,
            when=names.condition(reject.when, ("rejects", index, "when")),
            columns=(),
            says="",
        )
        for index, reject in enumerate(file.rejects)
    ]


def _name_ordinal(names: Names) -> None:
    """Make the ordinal known to streams and events, which are named after the key that it counts."""
    if TOLD_ORDINAL in names.types:
        problem = (
            f"{TOLD_ORDINAL!r} is what streams and events call the number of a row among those with its key; "
            "it is not known before, and no column may have that name."
        )
        raise names.lines.fault(("ordinal",), problem)
    names.define(TOLD_ORDINAL, dtype=pl.String(), columns=())


def _missing_key(part: Compiled) -> RowFault:
    says = "is empty, and is in the key"
    return RowFault(reason="missing_key", when=part.expr.is_null(), columns=part.columns, says=says)


def _check_words(file: MappingFile, lines: Lines) -> None:
    for where, issuer in [
        (("issuer",), file.issuer),
        *((("issuers", k), v) for k, v in file.issuers.items()),
    ]:
        if not ISSUER.fullmatch(issuer):
            raise lines.fault(where, f"{issuer!r} is no issuer; use letters, digits, _ and . only.")
    if not file.source:
        raise lines.fault(("source",), "names nothing; give the kind of record a name.")
    if not file.key or not file.events:
        raise lines.fault(("events" if file.key else "key",), "is an empty list; name at least one.")
    check_layout(file, lines)
    check_zone(file.zone, lines=lines, where=("zone",))


def _read_types(file: MappingFile, names: Names, steps: Steps) -> list[RowFault]:
    """Columns declared as numbers or days become such, in one step."""
    faults = []
    for column, kind in file.types.items():
        if column in file.let:
            raise names.lines.fault(
                ("types", column), "is computed under let; types are for columns of the file."
            )
        names.read_column(column, ("types", column), STORED_DTYPES[kind])
        names.typed.add(column)
        text = pl.col(raw_text(column))
        faults.append(
            RowFault(
                reason="bad_value",
                when=text.is_not_null() & pl.col(column).is_null(),
                columns=(column,),
                says=SAYS[kind],
            )
        )
    if file.types:
        steps.append({raw_text(column): pl.col(column) for column in file.types})
        steps.append({column: parsed(pl.col(column), kind) for column, kind in file.types.items()})
    for column in file.personal:
        names.read_column(column, ("personal", column))
    return faults


def _compute_lets(file: MappingFile, names: Names, steps: Steps) -> list[RowFault]:
    """Named columns are computed in the order they are written."""
    faults: list[RowFault] = []
    for name, part in file.let.items():
        if isinstance(part, TimePart):
            time = read_time(name, part, names=names, zone=file.zone, where=("let", name))
            steps.extend(time.steps)
            faults.extend(time.faults)
        else:
            compiled = names.compile(part, ("let", name))
            names.define(name, dtype=compiled.dtype, columns=compiled.columns)
            steps.append({name: compiled.expr})
    return faults


def _entry_time(file: MappingFile, names: Names) -> pl.Expr | None:
    if file.recorded_at is None or file.recorded_at == HISTORY:
        return None
    compiled = names.compile(file.recorded_at, ("recorded_at",))
    if compiled.dtype != INSTANT:
        raise names.lines.fault(("recorded_at",), f"{file.recorded_at!r} is no time; compute it under let.")
    return compiled.expr


def _encrypted_columns(tellings: list[tuple[Telling, frozenset[str]]]) -> frozenset[str]:
    return frozenset(column for _, columns in tellings for column in columns)
