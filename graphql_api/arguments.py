"""Arguments that several root fields share, stated once, and the checks that several arguments share."""

from typing import Annotated, Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from graphql_api.coded_errors import BadInputError


def argument(
    python_name: str, kind: Any, description: str, *, name: str | None = None, **default: Any
) -> StrawberryArgument:
    """An argument of a root field; `name` where GraphQL's is not the Python name in camel case."""
    annotated = Annotated[kind, strawberry.argument(description=description, name=name)]
    return StrawberryArgument(
        python_name=python_name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotated),
        description=description,
        **default,
    )


def checked_count(name: str, value: int, *, most: int) -> int:
    if not 0 <= value <= most:
        raise BadInputError(f"`{name}` is {value}; it may be 0 to {most:,}", argument=name)
    return value


def checked_text(name: str, text: str) -> str:
    """PostgreSQL cannot keep the one character that this refuses."""
    if "\0" in text:
        raise BadInputError("A text cannot hold the character U+0000", argument=name)
    return text


def checked_position(name: str, position: int | None) -> int | None:
    if position is not None and position < 0:
        raise BadInputError(f"`{name}` is {position}; positions begin at 0", argument=name)
    return position
