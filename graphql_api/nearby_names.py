"""What somebody may have meant by a name that the schema does not have.

graphql-core measures the distance to every name of the schema, once per unknown name: 3 s for a document of
thirty unknown types among a thousand. Here names are alike that share their groups of three letters.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from graphql import GraphQLError, GraphQLSchema

MOST_NAMED = 3
ALIKE = 0.4

FIELD = re.compile(r"Cannot query field '(?P<name>\w+)' on type '(?P<kind>\w+)'\.")
ARGUMENT = re.compile(r"Unknown argument '(?P<name>\w+)' on field '(?P<kind>\w+)\.(?P<field>\w+)'\.")
TYPE = re.compile(r"Unknown type '(?P<name>\w+)'\.")
VALUE = re.compile(r"Value '(?P<name>\w+)' does not exist in '(?P<kind>\w+)' enum\.")
UNKNOWN = (FIELD, ARGUMENT, TYPE, VALUE)


def with_nearby_names(schema: GraphQLSchema, error: GraphQLError) -> GraphQLError:
    """The error of validation, with the names that are most like the unknown one."""
    for pattern in UNKNOWN:
        if matched := pattern.fullmatch(error.message):
            near = nearby(matched["name"], _known(schema, pattern, matched.groupdict()))
            return _saying(error, f"{error.message} Did you mean {_listed(near)}?") if near else error
    return error


def nearby(name: str, known: Collection[str]) -> list[str]:
    """Up to three of the known names, the most alike first."""
    wanted = _triples(name)
    alike = [(_likeness(wanted, _triples(other)), other) for other in known]
    found = sorted((-likeness, other) for likeness, other in alike if likeness >= ALIKE)
    return [other for _, other in found[:MOST_NAMED]]


@lru_cache(maxsize=20_000)
def _triples(name: str) -> frozenset[str]:
    padded = f" {name.lower()} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _known(schema: GraphQLSchema, pattern: re.Pattern[str], said: dict[str, Any]) -> Collection[str]:
    if pattern is TYPE:
        return [kind for kind in schema.type_map if not kind.startswith("__")]
    kind = schema.get_type(said["kind"])
    if pattern is VALUE:
        return list(getattr(kind, "values", {}))
    fields = getattr(kind, "fields", {})
    return list(fields[said["field"]].args if pattern is ARGUMENT and said["field"] in fields else fields)


def _listed(names: list[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _saying(error: GraphQLError, message: str) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, extensions=error.extensions)
