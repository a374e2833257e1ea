"""The schema: printed as committed, described throughout, open to nobody by oversight, nothing personal."""

from collections.abc import Iterator

import pytest
import strawberry
from graphql import GraphQLNamedType, is_introspection_type, is_specified_scalar_type

from domain.topics import EVENTS
from graphql_api.datasets import FACT_DATASETS
from graphql_api.permissions import ROLES, fields_without_roles, may
from graphql_api.print_schema import PRINTED, printed_schema
from graphql_api.queries.facts import FACT_MODELS
from graphql_api.schema import Mutation, Query, build_schema
from infra import api_keys
from projections.facts import SPECS

SCHEMA = build_schema()._schema


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert PRINTED.read_text(encoding="utf-8") == printed_schema(), "run python -m graphql_api.print_schema"


def our_types() -> Iterator[GraphQLNamedType]:
    for kind in SCHEMA.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind


@pytest.mark.parametrize("kind", list(our_types()), ids=str)
def test_everything_is_described(kind: GraphQLNamedType) -> None:
    undescribed = [] if kind.description else [kind.name]
    for name, field in getattr(kind, "fields", {}).items():
        arguments = getattr(field, "args", {}).items()
        undescribed += [] if field.description else [f"{kind.name}.{name}"]
        undescribed += [f"{kind.name}.{name}({one})" for one, given in arguments if not given.description]
    undescribed += [
        f"{kind.name}.{name}" for name, value in getattr(kind, "values", {}).items() if not value.description
    ]
    assert undescribed == []


def test_every_range_says_that_it_is_half_open() -> None:
    ends = [
        field.args["to"].description or ""
        for root in (SCHEMA.query_type, SCHEMA.mutation_type)
        if root
        for field in root.fields.values()
        if "to" in field.args
    ]
    assert ends
    assert all("half-open" in description for description in ends)


def test_every_root_field_names_its_roles() -> None:
    assert fields_without_roles(Query) == fields_without_roles(Mutation) == []


def test_a_root_field_without_roles_is_found() -> None:
    @strawberry.type
    class Forgetful:
        remembered: int = strawberry.field(permission_classes=[may(frozenset({"admin"}))])
        forgotten: int

    assert fields_without_roles(Forgetful) == ["forgotten"]


def test_roles_are_those_that_keys_can_have() -> None:
    assert ROLES == api_keys.ROLES
    with pytest.raises(ValueError, match="no such roles: janitor"):
        may(frozenset({"janitor"}))


def test_every_column_that_is_sealed_in_events_is_known_to_be_personal() -> None:
    sealed = {name for event in EVENTS for name in event.PERSONAL}
    columns = [(one.name, column) for one in FACT_DATASETS for column in one.columns]
    named = {(dataset, column.name) for dataset, column in columns if column.name in sealed}
    told = {(dataset, column.name) for dataset, column in columns if column.personal}
    assert named - told == {("units", "name"), ("organisation_rules", "name")}
    assert told <= named


def test_a_call_has_every_column_of_its_fact() -> None:
    spec = SPECS["calls"]
    columns = {column.name for column in spec.columns} | set(spec.envelope_schema) | {"voided"}
    assert set(FACT_MODELS["calls"].columns) == (columns - {"call"}) | {"id"}
