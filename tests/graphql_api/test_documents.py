"""Documents: measured in one pass however fragments nest, refused when too large, prepared once."""

import time

import pytest
from graphql import GraphQLError, OperationDefinitionNode, get_introspection_query, parse

from graphql_api.document_size import (
    MOST_CELLS,
    SIZE_ARGUMENTS,
    Limits,
    Ruler,
    Size,
    default_variables,
    refuse_too_costly,
)
from graphql_api.prepared_documents import LIMITS, prepare
from graphql_api.schema import build_schema
from tests.graphql_api.given import Asking

SCHEMA = build_schema()._schema


def measured(text: str) -> Size:
    document = parse(text)
    (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return Ruler(SCHEMA, document).measure(operation)


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
    assert measured("{ calls(limit: 50) { id queue } }").cells == {None: 101}
    assert measured("{ calls { id queue } }").cells == {None: 201}
    assert measured("query($n: Int!) { calls(limit: $n) { id queue } }").cells == {None: 1, "n": 2}
    assert measured("{ callsConnection(first: 10) { edges { node { id } } } }").cells == {None: 31}
    assert measured("{ callsConnection(last: 10) { nodes { id } } }").cells == {None: 21}
    assert measured("{ callsConnection { nodes { id } } }").cells == {None: 201}
    assert measured('{ metrics(metric: "calls", from: 0, to: 1) { value } }').cells == {None: 10_001}


def test_a_variable_costs_what_is_given_or_else_its_default() -> None:
    text = "query($n: Int = 200000) { calls(limit: $n) { id queue waitMs } }"
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    cells, defaults = measured(text).cells, default_variables(operation)
    with pytest.raises(GraphQLError, match="cells 600001 > 500000"):
        refuse_too_costly(cells, defaults)
    refuse_too_costly(cells, {**defaults, "n": 100})


def test_only_root_fields_have_a_size() -> None:
    roots = {SCHEMA.query_type, SCHEMA.mutation_type}
    sized = [
        f"{name}.{field_name}"
        for name, kind in SCHEMA.type_map.items()
        if kind not in roots and not name.startswith("__")
        for field_name, field in getattr(kind, "fields", {}).items()
        if set(getattr(field, "args", {})) & set(SIZE_ARGUMENTS)
    ]
    assert sized == []


def test_the_widest_list_may_be_asked_for_in_full() -> None:
    fields = " ".join(SCHEMA.type_map["Call"].fields)  # type: ignore[attr-defined]
    assert measured(f"{{ calls(limit: 10000) {{ {fields} }} }}").cells.total() <= MOST_CELLS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ calls { id " + "a: id " * 41 + "} }", "aliases 41 > 40"),
        ("{ calls { id " + "@skip(if: false) " * 21 + "} }", "directives 21 > 20"),
        ("{ calls { id " + "id " * 500 + "} }", "fields 502 > 500"),
        ("{ calls { " + "node { " * 11 + "id " + "} " * 11 + "} }", "depth 13 > 12"),
        (" ".join(f"query q{n} {{ __typename }}" for n in range(6)), "operations 6 > 5"),
        ("{ __typename } fragment unused on Call { " + "id " * 501 + "}", "fields 501 > 500"),
        (doubled(60, "id"), "fields 1152921504606846977 > 500"),
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


def test_introspection_that_multiplies_is_refused(manager: Asking) -> None:
    query = "{ __schema { types " + "{ fields { type " * 4 + "{ name }" + " } }" * 4 + " } }"
    assert manager.error(query)["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


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
    assert Limits(depth=12, aliases=40, directives=20, fields=500, operations=5) == LIMITS
