"""Documents: measured in one pass however fragments nest, refused when too large, prepared once."""

import time
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_introspection_query,
    parse,
)
from graphql import (
    build_schema as parsed_schema,
)

from graphql_api.cell_counts import MOST_COUNTED, counted
from graphql_api.document_limits import MOST_CELLS, Limits
from graphql_api.document_size import Ruler, Size
from graphql_api.introspected import fullest_introspection
from graphql_api.nearby_names import nearby
from graphql_api.prepared_documents import LIMITS, most_introspected, prepare
from graphql_api.schema import build_schema
from tests.graphql_api.given import Asking

SCHEMA = build_schema()._schema


NESTED = parsed_schema(
    """
    type Query { customers(limit: Int): [Customer!]! customer: Customer }
    type Customer { id: ID timeline(first: Int): [Step!]! lots: [Lot!]! calls(first: Int): CallConnection! }
    type Step { at: String calls(limit: Int): [Lot!]! }
    type Lot { id: ID names: [String!]! }
    type CallConnection { edges: [CallEdge!]! nodes: [Lot!]! }
    type CallEdge { node: Lot }
    """
)


def measured(text: str, schema: GraphQLSchema = SCHEMA) -> Size:
    document = parse(text)
    (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return Ruler(schema, document).measure(operation)


def cells(text: str, schema: GraphQLSchema = SCHEMA, **variables: Any) -> int:
    return counted(measured(text, schema).cells, variables)


def doubled(levels: int, leaf: str) -> str:
    """Each fragment spreads the next one twice: as many leaves as two to the power of levels."""
    spreads = "".join(f"fragment f{n} on Call {{ ...f{n + 1} ...f{n + 1} }} " for n in range(levels))
    return f"{{ calls {{ ...f0 }} }} {spreads} fragment f{levels} on Call {{ {leaf} }}"


def test_depth_fields_aliases_and_directives_are_counted_after_spreading() -> None:
    size = measured(
        "query @include(if: true) { a: calls { ...c } callsConnection { edges { node { ...c } } } }"
        " fragment c on Call { b: id @skip(if: false) queue }"
    )
    assert (size.depth, size.fields, size.aliases, size.directives) == (4, 8, 3, 3)


def test_cells_are_rows_times_fields() -> None:
    assert cells("{ calls(limit: 50) { id queue } }") == 101
    assert cells("{ calls { id queue } }") == 201
    assert cells("query($n: Int!) { calls(limit: $n) { id queue } }", n=50) == 101
    assert cells("{ callsConnection(first: 10) { edges { node { id } } } }") == 31
    assert cells("{ callsConnection(last: 10) { nodes { id } } }") == 21
    assert cells("{ callsConnection { nodes { id } } }") == 201
    assert cells('{ metrics(metric: "calls", from: 0, to: 1) { value } }') == 10_001


def test_lists_within_lists_multiply_through_variables() -> None:
    text = (
        "query($n: Int, $m: Int) { customers(limit: $n) { timeline(first: $m) { calls(limit: 3) { id } } } }"
    )
    assert cells(text, NESTED, n=2, m=4) == 1 + 2 * (1 + 4 * (1 + 3))
    assert cells(text, NESTED) == 1 + 100 * (1 + 100 * (1 + 3))
    assert cells("{ customer { lots { id names } } }", NESTED) == 1 + 1 + 100 * 2
    assert cells("{ customer { calls(first: 7) { edges { node { id } } } } }", NESTED) == 1 + 1 + 7 * 3
    shared = (
        "query($n: Int) { customers { ...c ...c } } fragment c on Customer { timeline(first: $n) { at } }"
    )
    assert cells(shared, NESTED, n=3) == 1 + 100 * 2 * (1 + 3)


@pytest.mark.parametrize("size", [10**30, 1e300, -5, 0, True, None, "many", 2.5])
def test_a_size_of_any_kind_is_counted_and_none_beyond_all_bounds(size: object) -> None:
    text = "query($n: Int) { customers(limit: $n) { timeline(first: $n) { at } } }"
    assert 1 <= cells(text, NESTED, n=size) <= MOST_COUNTED


def test_a_number_of_any_length_is_counted() -> None:
    assert cells(f"{{ calls(limit: {'9' * 10_000}) {{ id }} }}") == MOST_COUNTED


def test_a_variable_costs_what_is_given_or_else_its_default() -> None:
    text = "query($n: Int = 200000) { calls(limit: $n) { id queue waitMs } }"
    (operation,) = prepare(SCHEMA, text).operations
    with pytest.raises(GraphQLError, match="cells 600001 > 500000"):
        operation.cost({})
    assert operation.cost({"n": 100}) == 301


def test_the_widest_list_may_be_asked_for_in_full() -> None:
    fields = " ".join(SCHEMA.type_map["Call"].fields)  # type: ignore[attr-defined]
    assert cells(f"{{ calls(limit: 10000) {{ {fields} }} }}") <= MOST_CELLS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ calls { id " + "a: id " * 41 + "} }", "aliases 41 > 40"),
        ("{ calls { id " + "@skip(if: false) " * 21 + "} }", "directives 21 > 20"),
        ("{ calls { id " + "id " * 500 + "} }", "fields 502 > 500"),
        ("{ calls { " + "id " * 60 + "} }", "fields alike 1035 > 1000"),
        ("{ " + "calls { id id } " * 40 + "}", "fields alike 1030 > 1000"),
        ("{ calls { " + "node { " * 11 + "id " + "} " * 11 + "} }", "depth 13 > 12"),
        (" ".join(f"query q{n} {{ __typename }}" for n in range(6)), "operations 6 > 5"),
        ("{ __typename } fragment unused on Call { " + "id " * 501 + "}", "fields 501 > 500"),
        (doubled(50, "id"), "fields 1000000000000 > 500"),
        (doubled(61, "id"), "fragments 62 > 60"),
    ],
)
def test_a_document_beyond_a_limit_is_refused_with_what_was_found(text: str, problem: str) -> None:
    with pytest.raises(GraphQLError, match=problem) as refused:
        prepare(SCHEMA, text)
    assert refused.value.extensions == {"code": "OPERATION_TOO_COMPLEX"}


@pytest.mark.parametrize(
    "text",
    [
        doubled(100, "id"),
        "{ calls { ...a } } fragment a on Call { ...b ...b } fragment b on Call { ...a ...a }",
        "{ calls { ...f0 } } "
        + " ".join(f"fragment f{n} on Call {{ ...f{n + 1} }}" for n in range(280))
        + " fragment f280 on Call { id }",
        "{" * 1999,
        "{ calls(queue: " + "[" * 1900,
        "{ a " * 600 + "}" * 600,
    ],
    ids=["doubled", "cyclic", "chained", "braces", "brackets", "nested"],
)
def test_a_hostile_document_is_answered_at_once_and_with_a_code(manager: Asking, text: str) -> None:
    began = time.perf_counter()
    answer = manager.answer(text)
    assert time.perf_counter() - began < 2
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {
        "OPERATION_TOO_COMPLEX",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
    }


def test_more_than_two_thousand_tokens_are_not_parsed(manager: Asking) -> None:
    error = manager.error("{ " + "id " * 2_000 + "}")
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


def test_clients_may_ask_for_the_whole_schema(manager: Asking) -> None:
    answer = manager.answer(
        get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True)
    )
    assert "errors" not in answer
    locations = [one for kind in answer["data"]["__schema"]["directives"] for one in kind["locations"]]
    assert "DIRECTIVE_DEFINITION" not in locations


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types " + "{ fields { type " * 3 + "{ name }" + " } }" * 3 + " } }",
        "{ __schema { types { possibleTypes { fields { args { name } } } } } }",
        " ".join(["{", *(f"a{n}: __schema {{ types {{ ...t }} }}" for n in range(30)), "}"])
        + " fragment t on __Type { name fields { name args { name type { ofType { name } } } } }",
    ],
    ids=["nested", "crossed", "repeated"],
)
def test_introspection_that_multiplies_is_refused(manager: Asking, query: str) -> None:
    error = manager.error(query)
    assert error["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert "values of the schema" in error["message"]


def test_the_fullest_standard_query_is_within_the_limit_and_is_counted_as_it_is() -> None:
    (operation,) = prepare(SCHEMA, fullest_introspection()).operations
    assert operation.is_of_schema
    assert operation.size.introspected <= most_introspected(SCHEMA)
    types = len(SCHEMA.type_map)
    assert measured("{ __schema { types { name } } }").introspected == 1 + 1 + types
    longest = max(len(getattr(kind, "fields", {})) for kind in SCHEMA.type_map.values())
    assert measured('{ __type(name: "Query") { fields { name } } }').introspected <= 2 + longest


def test_the_schema_is_asked_for_alone(manager: Asking) -> None:
    query = fullest_introspection().replace("{", "{ meta { field }", 1)
    assert manager.error(query)["message"] == "Ask for the schema in a document of its own"
    beside = manager.data('{ __type(name: "Call") { name } meta { field } }')
    assert beside["__type"] == {"name": "Call"}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("{ cals { id } }", "Cannot query field 'cals' on type 'Query'. Did you mean 'calls'"),
        (
            "{ calls(limits: 1) { id } }",
            "Unknown argument 'limits' on field 'Query.calls'. Did you mean 'limit'?",
        ),
        ("{ calls { ...c } } fragment c on Cal { id }", "Unknown type 'Cal'. Did you mean 'Call'"),
        ("{ calls { quack } }", "Cannot query field 'quack' on type 'Call'."),
    ],
)
def test_who_misspells_is_told_what_is_near(manager: Asking, query: str, meant: str) -> None:
    assert any(error["message"].startswith(meant) for error in manager.answer(query)["errors"])


def test_a_bad_variable_is_told_without_measuring_every_name(manager: Asking) -> None:
    """The list of what an enum has can be long, and a variable may hold thousands of bad values."""
    query = 'query($g: Grain!) { metrics(metric: "calls", from: 0, to: 1, grain: $g) { value } }'
    error = manager.error(query, g="MONTHS")
    assert error["message"].endswith("Value 'MONTHS' does not exist in 'Grain' enum.")


def test_the_most_alike_comes_first() -> None:
    assert (
        nearby("compliants", ["complaints", "complaintsConnection", "calls", "compensations"])[0]
        == "complaints"
    )
    assert nearby("zzz", ["complaints"]) == nearby("x", []) == []


def test_at_most_ten_errors_are_told(manager: Asking) -> None:
    errors = manager.answer("{ " + " ".join(f"unknown{n}" for n in range(60)) + " }")["errors"]
    assert len(errors) == 11
    assert errors[-1]["message"].startswith("Too many validation errors")


def test_a_prepared_operation_knows_its_root_fields() -> None:
    prepared = prepare(SCHEMA, "{ ...q ... { b: calls { id } } } fragment q on Query { meta { field } ...q }")
    (operation,) = prepared.operations
    assert [root.name.value for root in operation.roots] == ["meta", "calls"]
    assert all(isinstance(root, FieldNode) for root in operation.roots)


def test_a_document_is_prepared_once() -> None:
    prepare.cache_clear()
    first, again = (prepare(SCHEMA, "{ calls { id } }") for _ in range(2))
    assert first is again


def test_a_remembered_document_answers_its_errors_again(manager: Asking) -> None:
    first, again = (manager.answer("{ calls { nothing } }") for _ in range(2))
    assert first == again
    assert first["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_the_cost_is_that_of_the_variables_given(manager: Asking) -> None:
    query = "query($n: Int!) { a: calls(limit: $n) { id } }"
    assert len(manager.data(query, n=3)["a"]) == 3
    assert manager.error(query, n=500_000)["extensions"]["code"] == "OPERATION_TOO_COMPLEX"


def test_the_limits_are_those_of_the_service() -> None:
    assert Limits(depth=12, aliases=40, directives=20, fields=500) == LIMITS
