"""Every field at the root of the schema is answered to the roles that were named for it, and to no other."""

from collections.abc import Callable

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type, is_required_input_field
from strawberry.utils.str_converters import to_camel_case

from graphql_api.access.readers import READERS_OF_STREAMS, READERS_OF_VIEWS
from graphql_api.commands.mutation import commands
from graphql_api.commands.tellers import tellers
from graphql_api.datasets import DATASETS, FACT_DATASETS
from graphql_api.schema import build_schema
from infra.api_keys import ROLES
from infra.stores import Store
from projections.facts import SPECS
from tests.graphql_api.access.given import asking
from tests.graphql_api.given import Api

OVERSEERS = {"bi_reader", "privacy_officer", "admin"}
DESKS = {"service_manager", "service_desk", *OVERSEERS}
WHO_SEES_CUSTOMERS = {*DESKS, "account_manager", "marketing"}
EVERYBODY = {*WHO_SEES_CUSTOMERS, "club_manager"}
WHO_ANSWERS_FOR_THE_LOG = {"privacy_officer", "admin"}
RANGE = 'from: "2026-01-01", to: "2026-01-02"'
OTHERS = {
    "metrics": (f'(metrics: ["calls"], {RANGE})', EVERYBODY),
    "metricDifference": (f'(metric: "calls", {RANGE}, earlier: "2026-01-02", later: "2026-01-03")', DESKS),
    "explain": (f'(metric: "calls", {RANGE})', DESKS),
    "audit": (f'(metric: "calls", figure: "3", {RANGE})', EVERYBODY),
    "metricCatalogue": ("", EVERYBODY),
    "calendar": (f"({RANGE})", EVERYBODY),
    "datasets": ("", EVERYBODY),
    "unitTree": ("", EVERYBODY),
    "organisation": ("", EVERYBODY),
    "customer": ('(id: "nobody")', WHO_SEES_CUSTOMERS),
    "member": ('(id: "nobody")', EVERYBODY),
    "segment": ('(name: "nothing")', EVERYBODY),
    "rowHistory": ('(view: "unit_ranking", id: "k|k")', EVERYBODY),
    "accessLog": ("(limit: 1)", WHO_ANSWERS_FOR_THE_LOG),
    "accessLogConnection": ("(first: 1)", WHO_ANSWERS_FOR_THE_LOG),
    "meta": ("", EVERYBODY),
}
"""Root field -> with which arguments it is asked, and by whom."""
VALUES = {
    "String": '"k"',
    "ID": '"k"',
    "BigInt": "1",
    "Int": "1",
    "Decimal": '"1"',
    "Boolean": "true",
    "DateTime": '"2026-01-01"',
    "Date": '"2026-01-01"',
    "RuleInput": "[]",
}
"""A value of each type that a command cannot be told without."""


def readers_of(name: str) -> frozenset[str]:
    is_fact = name in {dataset.name for dataset in FACT_DATASETS}
    return READERS_OF_STREAMS[SPECS[name].stream] if is_fact else READERS_OF_VIEWS[name]


def queries() -> dict[str, tuple[str, set[str]]]:
    """Each query as a document, and who may ask it; lists ask for a page that nobody can be given."""
    found = {
        name: (f"{{ {name}{asked} {{ __typename }} }}", roles) for name, (asked, roles) in OTHERS.items()
    }
    for name in DATASETS:
        readers, field = {*readers_of(name)}, to_camel_case(name)
        found[field] = (f"{{ {field}(limit: -1) {{ id }} }}", readers)
        found[f"{field}Connection"] = (f"{{ {field}Connection(first: -1) {{ totalCount }} }}", readers)
    return found


def mutations() -> dict[str, tuple[str, set[str]]]:
    """Each mutation with nothing but what it must be told, and who may tell it; the key is refused."""
    found = {}
    for method, command in commands().items():
        name = to_camel_case(method)
        told = f'input: {smallest_input(name)}, idempotencyKey: " "'
        found[name] = (f"mutation {{ {name}({told}) {{ __typename }} }}", {*tellers(command)})
    return found


def smallest_input(mutation: str) -> str:
    root = build_schema()._schema.mutation_type
    assert root is not None
    kind = root.fields[mutation].args["input"].type
    assert isinstance(kind, GraphQLNonNull)
    assert isinstance(kind.of_type, GraphQLInputObjectType)
    required = {name: one for name, one in kind.of_type.fields.items() if is_required_input_field(one)}
    told = (f"{name}: {VALUES[get_named_type(one.type).name]}" for name, one in required.items())
    return "{" + ", ".join(told) + "}"


def test_every_root_field_is_known_here() -> None:
    schema = build_schema()._schema
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert set(schema.query_type.fields) == set(queries())
    assert set(schema.mutation_type.fields) == set(mutations())
    assert schema.subscription_type is None


@pytest.mark.parametrize("documents", [queries, mutations])
def test_a_role_is_refused_the_root_fields_that_do_not_name_it_and_no_other(
    documents: Callable[[], dict[str, tuple[str, set[str]]]], everything: Api, shared_store: Store
) -> None:
    callers = {role: asking(everything, shared_store, role) for role in ROLES}
    wrong = {}
    # All roles one after the other, so that each document is read and checked only once.
    for name, (document, roles) in documents().items():
        for role, caller in callers.items():
            errors = caller.answer(document).get("errors", [])
            codes = [error["extensions"]["code"] for error in errors]
            assert not {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"} & {*codes}, (name, errors)
            is_refused = any(error["message"].startswith("Only these roles") for error in errors)
            if is_refused == (role in roles) or (is_refused and codes != ["FORBIDDEN"]):
                wrong[name, role] = errors
    assert not wrong
