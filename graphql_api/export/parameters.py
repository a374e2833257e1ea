"""Query parameters of an address as the arguments of a list: the same names, checks and refusals."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from starlette.datastructures import QueryParams
from strawberry import UNSET
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from graphql_api.arguments import checked_count, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.words import DimensionFilter
from graphql_api.lists.conditions import ColumnFilter
from graphql_api.scalars import BigInt, parse_day_or_moment

OWN = ("format", "columns", "limit", "after", "bom")
"""Parameters of the export itself."""
WORDS = {"true": True, "1": True, "false": False, "0": False}
LARGEST = 2**63 - 1
FILTER_FIELDS = {
    "column": "column",
    "values": "values",
    "from": "start",
    "to": "end",
    "isNull": "is_null",
    "is_null": "is_null",
}


def list_arguments_given(parameters: QueryParams, arguments: Sequence[StrawberryArgument]) -> dict[str, Any]:
    """Each argument of a list by its Python name; raises BadInputError for what cannot be read.

    A list is given by repeating its parameter, `where` as JSON; names are as in GraphQL or in snake case.
    """
    known = _known(arguments)
    for name in parameters:
        if name not in known and name not in OWN:
            message = (
                f"there is no parameter {name[:80]!r}; there are {', '.join((*OWN, *_shown(arguments)))}"
            )
            raise BadInputError(message, argument=name[:80])
    given = {argument.python_name: argument.default for argument in arguments}
    for name in dict.fromkeys(parameters):
        if name in known:
            argument = known[name]
            given[argument.python_name] = _read(parameters.getlist(name), _kind(argument), name=name)
    for name, argument in zip(_shown(arguments), arguments, strict=True):
        if given[argument.python_name] is argument.default and argument.default is UNSET:
            raise BadInputError(f"`{name}` is missing", argument=name)
    return given


def word_asked(parameters: QueryParams, name: str) -> bool:
    return _read(parameters.getlist(name), bool, name=name) if name in parameters else False


def text_asked(parameters: QueryParams, name: str) -> str | None:
    return _one(parameters.getlist(name), name=name) if name in parameters else None


def limit_asked(parameters: QueryParams) -> int | None:
    """How many rows at most; None for all."""
    text = text_asked(parameters, "limit")
    if text is None:
        return None
    limit = checked_count("limit", _read([text], int, name="limit"), most=LARGEST)
    if limit == 0:
        raise BadInputError("`limit` is 0; leave it out for all rows", argument="limit")
    return limit


def _known(arguments: Sequence[StrawberryArgument]) -> Mapping[str, StrawberryArgument]:
    shown = dict(zip(_shown(arguments), arguments, strict=True))
    return shown | {_camel(argument): argument for argument in arguments}


def _shown(arguments: Sequence[StrawberryArgument]) -> list[str]:
    """In snake case, as columns are named in SQL."""
    return [_snake(_camel(argument)) for argument in arguments]


def _camel(argument: StrawberryArgument) -> str:
    return argument.graphql_name or to_camel_case(argument.python_name)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _kind(argument: StrawberryArgument) -> Any:
    """What it holds, null left aside."""
    annotation = argument.type_annotation
    kind = str if annotation is None else annotation.raw_annotation
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    arms = [arm for arm in get_args(kind) if arm is not NoneType]
    return arms[0] if NoneType in get_args(kind) else kind


def _read(texts: Sequence[str], kind: Any, *, name: str) -> Any:
    if get_origin(kind) is list:
        (of,) = get_args(kind)
        if of in FILTERS:
            return [one for text in texts for one in _filters(text, of)]
        return [_read([text], of, name=name) for text in texts]
    text = _one(texts, name=name)
    try:
        return _value(text, kind)
    except (ValueError, KeyError) as error:
        raise BadInputError(f"`{name}` is {text[:80]!r}; {_may_be(kind)}", argument=name) from error


def _one(texts: Sequence[str], *, name: str) -> str:
    if len(texts) != 1:
        raise BadInputError(f"`{name}` is given {len(texts)} times; give it once", argument=name)
    return checked_text(name, texts[0])


def _value(text: str, kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[text.upper()]
    if kind is bool:
        return WORDS[text.lower()]
    if kind in (int, BigInt):
        return int(text)
    if kind is datetime:
        return parse_day_or_moment(int(text) if text.lstrip("-").isdigit() else text)
    return date.fromisoformat(text) if kind is date else text


def _may_be(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"it may be {', '.join(kind.__members__)}"
    if kind is datetime:
        return "give a day, a moment with its offset, or milliseconds since 1970"
    said = {bool: "true or false", date: "a day such as 2026-01-31"}
    return f"give {said.get(kind, 'a whole number')}"


def _filters(text: str, kind: Any) -> list[Any]:
    told_of, example = FILTERS[kind]
    try:
        told = json.loads(text)
        return [told_of(one) for one in (told if isinstance(told, list) else [told])]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInputError(f"`where` is JSON such as {example}", argument="where") from error


def _column_filter(told: Mapping[str, Any]) -> ColumnFilter:
    fields = {FILTER_FIELDS[name]: value for name, value in told.items()}
    values = fields.get("values")
    texts = [fields["column"], *(values or ()), *(fields.get(end) or "" for end in ("start", "end"))]
    if not all(isinstance(text, str) for text in texts) or not isinstance(values, list | None):
        raise TypeError("values are texts")
    if not isinstance(fields.get("is_null"), bool | None):
        raise TypeError("isNull is true or false")
    return ColumnFilter(**fields)


def _dimension_filter(told: Mapping[str, Any]) -> DimensionFilter:
    if told.keys() != {"dimension", "values"} or not isinstance(told["values"], list):
        raise TypeError("a dimension has values")
    texts = [told["dimension"], *(value for value in told["values"] if value is not None)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("values are texts")
    return DimensionFilter(dimension=told["dimension"], values=told["values"])


FILTERS: Mapping[type, tuple[Callable[[Any], Any], str]] = {
    ColumnFilter: (
        _column_filter,
        '[{"column": "wait_ms", "from": "20000"}], of "column", "values", "from", "to", "isNull"',
    ),
    DimensionFilter: (_dimension_filter, '[{"dimension": "queue", "values": ["motor"]}]'),
}
"""How each kind of filter is read from JSON, and an example of it."""
