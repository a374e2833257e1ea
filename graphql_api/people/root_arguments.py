"""Root fields that find one object by its id, at a moment."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_text
from graphql_api.people.asked_moment import moment_arguments
from graphql_api.people.nested_rows import Info

Find = Callable[[Info, str, dict[str, Any]], Awaitable[Any]]


class FoundById(FieldExtension):
    """Gives a root field the arguments `id`, `asOf`, `knownAt` and `position`, and the object they find."""

    def __init__(self, find: Find, *, meaning: str) -> None:
        self._find, self._meaning = find, meaning

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [argument("id", strawberry.ID, self._meaning), *moment_arguments()]

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **given: Any) -> Any:
        return await self._find(info, checked_text("id", given["id"]), given)
