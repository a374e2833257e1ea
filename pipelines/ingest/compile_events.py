"""The events of a mapping checked against the domain: topics, streams, fields and their kinds."""

import difflib

import polars as pl

from domain.command_application import OWN_FIELD
from domain.envelope import Event, FieldKind, field_kinds
from domain.topics import TOPICS
from pipelines.ingest.cells import SAYS, STORED_DTYPES, stored
from pipelines.ingest.compile_identities import Identities
from pipelines.ingest.expressions import Names
from pipelines.ingest.identities import STREAM_OF_FIELD, WHOLE_ID_FIELDS
from pipelines.ingest.mapping_file import EventPart, IdPart, MappingFile, Sql
from pipelines.ingest.plan import STREAM, Compiled, RowFault, Telling, own_text
from pipelines.ingest.times import INSTANT
from pipelines.ingest.yaml_lines import Where

MADE_BY_US = {
    "event.voided": "a changed row is corrected with on_change: correct",
    "customer.erased": "kefu erase forgets a person, keys and all",
}
GIVEN_BY_INGEST = frozenset({"occurred_at", "recorded_at", "source"})


def compile_tellings(
    file: MappingFile, *, names: Names, identities: Identities
) -> list[tuple[Telling, frozenset[str]]]:
    """Every event of the mapping, with the columns whose text it encrypts."""
    classes = [_event_class(part, names, ("events", index)) for index, part in enumerate(file.events)]
    used = {name for event_class in classes for name in field_kinds(event_class)}
    for name in file.every:
        if name not in used or name in GIVEN_BY_INGEST:
            raise names.lines.fault(("every", name), f"{name!r} is a field of none of the events below.")
    compiler = EventCompiler(file=file, names=names, identities=identities)
    return [compiler.compile(part, ("events", index)) for index, part in enumerate(file.events)]


def _event_class(part: EventPart, names: Names, where: Where) -> type[Event]:
    if part.topic in MADE_BY_US:
        raise names.lines.fault(
            (*where, "topic"), f"{part.topic} is not for mappings: {MADE_BY_US[part.topic]}."
        )
    if part.topic not in TOPICS:
        raise names.lines.fault(
            (*where, "topic"), f"{part.topic!r} is no event{_meant(part.topic, list(TOPICS))}."
        )
    return TOPICS[part.topic]


def _meant(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}" if close else f"; known are {', '.join(known)}"


class EventCompiler:
    """Compiles one event after the other over the same names."""

    def __init__(self, *, file: MappingFile, names: Names, identities: Identities) -> None:
        self._file, self._names, self._identities = file, names, identities

    def compile(self, part: EventPart, where: Where) -> tuple[Telling, frozenset[str]]:
        event_class = _event_class(part, self._names, where)
        kinds = field_kinds(event_class)
        fields: dict[str, pl.Expr] = {}
        faults: list[RowFault] = []
        personal: set[str] = set()
        stream = self._stream(part, where)
        occurred = self._names.compile(part.occurred_at, (*where, "occurred_at"))
        if occurred.dtype != INSTANT:
            problem = f"{part.occurred_at!r} is no time; compute it under let with at:, or date: and time:."
            raise self._names.lines.fault((*where, "occurred_at"), problem)
        for name, (value, place) in self._told(part, where, kinds).items():
            is_personal = name in event_class.PERSONAL
            field = self._sealed_field(name, value, place) if is_personal else self._field(name, value, place)
            fields[name], new_faults = _checked(name, field, kinds[name], names=self._names, where=place)
            faults.extend(new_faults)
            personal.update(field.columns if is_personal else ())
        fields |= _own_id(event_class.TOPIC, stream)
        self._require(event_class.TOPIC, kinds, fields, where)
        telling = Telling(
            event_class=event_class,
            stream=stream,
            when=self._names.condition(part.when, (*where, "when")),
            occurred_at=occurred.expr,
            occurred_columns=occurred.columns,
            fields=fields,
            faults=(*self._row_faults(event_class.TOPIC, stream, occurred), *faults),
            pseudonymous=self._pseudonymous({STREAM: pl.col(stream), **fields}),
        )
        return telling, frozenset(personal)

    def _pseudonymous(self, values: dict[str, pl.Expr]) -> tuple[str, ...]:
        return tuple(name for name, value in values.items() if self._identities.names_by_pseudonym(value))

    def _told(
        self, part: EventPart, where: Where, kinds: dict[str, FieldKind]
    ) -> dict[str, tuple[Sql | IdPart, Where]]:
        """What is said for each field: the event's own word, else the mapping's for every event."""
        for name in part.fields:
            if name not in kinds or name in GIVEN_BY_INGEST:
                free = [known for known in kinds if known not in GIVEN_BY_INGEST]
                problem = f"{name!r} is no field of {part.topic}{_meant(name, free)}."
                raise self._names.lines.fault((*where, "fields", name), problem)
        every = {name: (value, ("every", name)) for name, value in self._file.every.items() if name in kinds}
        own = {name: (value, (*where, "fields", name)) for name, value in part.fields.items()}
        of_stream = OWN_FIELD.get(kind_of(part.topic))
        return {name: told for name, told in {**every, **own}.items() if name != of_stream}

    def _sealed_field(self, name: str, value: Sql | IdPart, where: Where) -> Compiled:
        """A field that is encrypted; of a personal id it takes the text itself, not its pseudonym."""
        field = self._field(name, value, where)
        if self._file.personal.keys().isdisjoint(field.columns):
            return field
        if not field.expr.meta.is_column() or field.expr.meta.output_name() not in self._file.personal:
            problem = f"{name} is encrypted; of a personal id it takes the column alone, and no expression."
            raise self._names.lines.fault(where, problem)
        [column] = field.columns
        return Compiled(expr=pl.col(own_text(column)), dtype=pl.String(), columns=field.columns)

    def _field(self, name: str, value: Sql | IdPart, where: Where) -> Compiled:
        if name in WHOLE_ID_FIELDS and value is not None:
            if not isinstance(value, IdPart) or value.stream is None:
                raise self._names.lines.fault(where, f"{name} names a whole stream: give stream: and parts:.")
            return self._identity(value, stream=value.stream, is_whole=True, where=where)
        if name in STREAM_OF_FIELD and value is not None:
            part = value if isinstance(value, IdPart) else IdPart(parts=(str(value),))
            return self._identity(part, stream=STREAM_OF_FIELD[name], is_whole=False, where=where)
        if isinstance(value, IdPart):
            raise self._names.lines.fault(where, f"{name} is no reference; write an expression.")
        return self._names.compile(value, where)

    def _identity(self, part: IdPart, *, stream: str, is_whole: bool, where: Where) -> Compiled:
        column = self._identities.name(part, stream=stream, is_whole=is_whole, where=where)
        return Compiled(expr=pl.col(column), dtype=pl.String(), columns=self._identities.columns_of(column))

    def _stream(self, part: EventPart, where: Where) -> str:
        own = part.stream or self._file.stream
        place: Where = (*where, "stream") if part.stream else ("stream",)
        kind = kind_of(part.topic)
        if own is None:
            raise self._names.lines.fault(
                where, f"{part.topic} needs stream: {{parts: […]}}, here or for the mapping."
            )
        if kind != "event" and own.stream not in (None, kind):
            raise self._names.lines.fault(place, f"{part.topic} happens on a {kind}, not on a {own.stream}.")
        return self._identities.name(own, stream=own.stream or kind, is_whole=True, where=place)

    def _require(
        self, topic: str, kinds: dict[str, FieldKind], fields: dict[str, pl.Expr], where: Where
    ) -> None:
        for name, kind in kinds.items():
            if kind.required and name not in fields and name not in GIVEN_BY_INGEST:
                raise self._names.lines.fault(
                    (*where, "fields"), f"{topic} needs the field {name!r}; say what it is."
                )

    def _row_faults(self, topic: str, stream: str, occurred: Compiled) -> list[RowFault]:
        return [
            RowFault(
                reason="missing_value",
                when=pl.col(stream).is_null(),
                columns=self._identities.columns_of(stream),
                says=f"is empty, and names the stream of {topic}",
            ),
            RowFault(
                reason="missing_value",
                when=occurred.expr.is_null(),
                columns=occurred.columns,
                says=f"is empty, and says when {topic} happened",
            ),
        ]


def kind_of(topic: str) -> str:
    """The kind of stream that a topic happens on."""
    return topic.partition(".")[0]


def _own_id(topic: str, stream: str) -> dict[str, pl.Expr]:
    """What a stream says of itself: a customer's events carry that customer's id, as a command's do."""
    kind = kind_of(topic)
    short = pl.col(stream).str.strip_prefix(f"{kind}-")
    return {OWN_FIELD[kind]: short} if kind in OWN_FIELD else {}


def _checked(
    name: str, field: Compiled, kind: FieldKind, *, names: Names, where: Where
) -> tuple[pl.Expr, list[RowFault]]:
    """The field in its stored dtype, and the faults of rows where it has no value, or none that fits."""
    try:
        value = stored(field.expr, dtype=field.dtype, kind=kind.kind)
    except ValueError as error:
        raise names.lines.fault(where, f"{name} {error}.") from error
    faults = []
    if field.dtype != pl.Null and (field.dtype != STORED_DTYPES[kind.kind] or kind.kind == "time"):
        unfit = field.expr.is_not_null() & value.is_null()
        faults.append(RowFault(reason="bad_value", when=unfit, columns=field.columns, says=SAYS[kind.kind]))
    if kind.required:
        says = f"is empty, and {name} needs a value"
        faults.append(
            RowFault(reason="missing_value", when=value.is_null(), columns=field.columns, says=says)
        )
    return value, faults
