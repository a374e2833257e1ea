"""How much of the schema a document asks for, where each list of the schema is as long as it really is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    get_introspection_query,
    is_abstract_type,
)

INTROSPECTION = ("__schema", "__type")
# What leads from one type to another, after which no list is that of every type any more.
ELSEWHERE = ("type", "ofType", "interfaces", "possibleTypes", "queryType", "mutationType", "subscriptionType")


@dataclass(frozen=True, slots=True)
class Length:
    """Of a list of the schema: the mean over all types (or fields), and the longest of any."""

    mean: float
    longest: int

    def of(self, *, is_each: bool) -> int:
        return max(1, ceil(self.mean) if is_each else self.longest)


@lru_cache(maxsize=8)
def list_lengths(schema: GraphQLSchema) -> dict[str, Length]:
    """By the name of the introspection field, how long its list is."""
    kinds = list(schema.type_map.values())
    inputs = [kind for kind in kinds if isinstance(kind, GraphQLInputObjectType)]
    outputs = [kind for kind in kinds if not isinstance(kind, GraphQLInputObjectType)]
    fields = [field for kind in outputs for field in getattr(kind, "fields", {}).values()]
    return {
        "types": _length([len(kinds)]),
        "directives": _length([len(schema.directives)]),
        "fields": _length(_sizes(outputs, "fields"), among=len(kinds)),
        "inputFields": _length(_sizes(inputs, "fields"), among=len(kinds)),
        "enumValues": _length(_sizes(kinds, "values")),
        "interfaces": _length(_sizes(kinds, "interfaces")),
        "possibleTypes": _length(
            [len(schema.get_possible_types(kind)) for kind in kinds if is_abstract_type(kind)],
            among=len(kinds),
        ),
        "args": _length(_sizes([*fields, *schema.directives], "args")),
    }


def _sizes(elements: Iterable[Any], name: str) -> list[int]:
    return [len(getattr(element, name, None) or ()) for element in elements]


def _length(sizes: Sequence[int], *, among: int | None = None) -> Length:
    return Length(mean=sum(sizes) / max(among or len(sizes), 1), longest=max(sizes, default=0))


@lru_cache(maxsize=1)
def fullest_introspection() -> str:
    """The standard query with everything that clients may add to it."""
    return get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        experimental_directive_deprecation=True,
        one_of=True,
    )
