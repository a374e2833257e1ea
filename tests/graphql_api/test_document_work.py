"""Documents of up to two kilobytes, made up and made to hurt: each is refused or prepared at little cost."""

import sys
import time
from contextlib import suppress
from types import FrameType

import pytest
from graphql import GraphQLError, GraphQLSchema
from graphql import build_schema as parsed_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_api.document_shapes import KnownShapes
from graphql_api.introspected import fullest_introspection
from graphql_api.prepared_documents import most_introspected, prepare_with
from graphql_api.schema import build_schema
from tests.effort import FACTOR

LARGEST = 2_000
SECONDS = 0.05
NOISY_MACHINE = 3
"""So many times the bar are let pass by a timed test: another process may have the caches."""
MOST_CALLS = 150_000
"""Of Python functions, in preparing a document: no clock is read. The dearest known has 58,000."""

SCHEMA = build_schema()._schema
WORDS = ("complaint", "liability", "call", "claim", "churn", "member", "tier", "lot", "survey", "unit")


def wide_schema() -> GraphQLSchema:
    """A thousand types with long names that are all alike, and a root with lists of all of them."""
    names = [f"{a}{b.title()}{c.title()}" for a in WORDS for b in WORDS for c in WORDS]
    types = " ".join(f"type Row{name} implements Node {{ id: ID {name}: String }}" for name in names)
    roots = " ".join(f"{name}(limit: Int, where: [Filter!]): [Row{name}!]!" for name in names)
    filters = f"enum Column {{ {' '.join(names)} }} input Filter {{ column: Column! any: [Filter!] }}"
    return parsed_schema(f"type Query {{ node: Node {roots} }} interface Node {{ id: ID }} {types} {filters}")


WIDE = wide_schema()
LONG = "complaintLiabilityCal"

NAMED_IN_SELECTIONS = """
    calls callsConnection edges node nodes id queue meta metrics value explain unknown churnCallTie __typename
    __schema types fields type ofType args interfaces possibleTypes __type
"""
FIELDS = st.sampled_from([*NAMED_IN_SELECTIONS.split(), LONG, "a" * 60])
TYPES = st.sampled_from(["Query", "Call", "Node", "__Type", "Mutation", "RowcallCallCall", "Rowcal", LONG])
FRAGMENTS = st.sampled_from([f"f{number}" for number in range(8)])
VALUES = st.recursive(
    st.sampled_from(["1", "-1", "9" * 400, "1e309", "null", "true", "$v", "$w", "ASC", LONG, '"客\\u0000"']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda values: f"[{' '.join(values)}]"),
        st.lists(inner, max_size=3).map(
            lambda values: "{" + " ".join(f"k{n}: {value}" for n, value in enumerate(values)) + "}"
        ),
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(["limit", "first", "last", "where", "queue", "name", "limt", "includeDeprecated"])
ARGUMENTS = st.lists(st.tuples(NAMES, VALUES), max_size=3).map(
    lambda given: "(" + " ".join(f"{name}: {value}" for name, value in given) + ")" if given else ""
)
DIRECTIVES = st.sampled_from(
    ["", "", "", "@skip(if: true)", "@include(if: $v)", "@unknown @unknown", "@skip"]
)
ALIASES = st.sampled_from(["", "", "a: ", "b: ", "calls: "])


def _field(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    selections = below.map(lambda text: "{ " + text + " }")
    parts = (ALIASES, FIELDS, ARGUMENTS, DIRECTIVES, st.one_of(st.just(""), selections))
    return st.tuples(*parts).map("".join)


SPREADS = st.tuples(FRAGMENTS, DIRECTIVES).map(lambda spread: f"...{spread[0]} {spread[1]}")
SELECTIONS = st.recursive(
    st.one_of(_field(st.just("id")), SPREADS),
    lambda below: st.lists(
        st.one_of(_field(below), below.map(lambda text: "... {" + text + "}"), SPREADS),
        min_size=1,
        max_size=4,
    ).map(" ".join),
    max_leaves=8,
)
OPERATIONS = st.sampled_from(
    ["", "query q", "query q($v: Int = 9, $w: [Int!])", "mutation", "subscription", "query r($v: Unknown)"]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Fragments that spread one another, and one selection said as often as there is room."""
    fragments = [
        f"fragment {draw(FRAGMENTS)} on {draw(TYPES)} {{ {draw(SELECTIONS)} }}"
        for _ in range(draw(st.integers(0, 6)))
    ]
    repeated, operation = draw(SELECTIONS), draw(OPERATIONS)
    room = LARGEST - len(operation) - len(" ".join(fragments)) - 8
    times = draw(st.sampled_from([1, 2, 10, max(1, room // (len(repeated) + 1))]))
    return f"{operation} {{ {' '.join([repeated] * times)} }} {' '.join(fragments)}"


def filled(before: str, unit: str, after: str) -> str:
    """The unit as often as it fits, with its running number for `#`."""
    found, number = before, 0
    while len(found) + len(unit) + 3 + len(after) < LARGEST:
        found += unit.replace("#", str(number))
        number += 1
    return found + after


BOMBS = {
    "one field": filled("{calls{", "id ", "}}"),
    "one list": filled("{", "calls{id}", "}"),
    "one deep list": filled("{", "callsConnection{edges{node{id}}}", "}"),
    "nested alike": filled("{calls{", "...on Call{id}", "}}"),
    "other aliases": filled("{calls{", "a:id a:queue ", "}}"),
    "unknown fields": filled("{", f"{LONG}#{{id}}", "}"),
    "unknown types": filled("{calls{id}}", f"fragment f# on Row{LONG}{{id}}", ""),
    "unknown spread types": filled("{", f"...on Row{LONG}#{{id}}", "}"),
    "unknown arguments": filled("{calls(", f"{LONG}#:1 ", "){id}}"),
    "unknown values": filled("{callCallCall(where:[", f"{{column:{LONG}#}}", "]){id}}"),
    "unknown directives": filled("{calls{", "id@aa#", "}}"),
    "one directive": filled("{calls", "@skip(if:true)", "{id}}"),
    "unknown spreads": filled("{calls{", "...x#", "}}"),
    "fragments of one": filled("{calls{...f0 ...f1 ...f2}}", "fragment f# on Call{id ...f1}", ""),
    "a chain": filled("{calls{...f1}}", "fragment f# on Call{...f#1}", ""),
    "a cycle": filled("{calls{...f0}}", "fragment f# on Call{...f0 ...f1 ...f2}", ""),
    "doublings": "{calls{...f0}}"
    + "".join(f"fragment f{n} on Call{{...f{n + 1} ...f{n + 1}}}" for n in range(45))
    + "fragment f45 on Call{id}",
    "braces": "{" * LARGEST,
    "selections": "{a" * 660,
    "closed selections": "{a" * 660 + "}" * 660,
    "lists": "{calls(queue:" + "[" * 1_900,
    "closed lists": "{calls(queue:" + "[" * 900 + "]" * 900 + "){id}}",
    "objects": "{calls(where:" + "{any:" * 300 + "1" + "}" * 300 + "){id}}",
    "wrong values": filled("{calls(queue:[", "1 ", "]){id}}"),
    "numbers": "{calls(limit:" + "9" * 1_900 + "){id}}",
    "list types": "query($v:" + "[" * 900 + "Int" + "]" * 900 + "){calls{id}}",
    "variables": filled("query(", "$v#:Int ", "){calls{id}}"),
    "one variable": filled("query(", "$v:Int ", "){calls{id}}"),
    "used variables": filled("query{calls(queue:[", "$v# ", "]){id}}"),
    "operations": filled("", "query q#{calls{id}}", ""),
    "definitions of types": filled("", "type T#{a:B}", ""),
    "aliases of lists": filled("{", "a#:calls{id}", "}"),
    "schemas": filled("{", "s#:__schema{types{fields{args{name}}}}", "}"),
    "types of types": "{__schema{types" + "{fields{type" * 20 + "{name}" + "}}" * 20 + "}}",
    "types by name": filled("{", 't#:__type(name:"Query"){fields{name}}', "}"),
    "a long text": '{calls(queue:"' + "客" * 1_900 + '"){id}}',
    "escapes": '{calls(queue:"' + "\\u5ba2" * 300 + '"){id}}',
    "block text": '{calls(queue:"""' + "\n " * 900 + '"""){id}}',
    "commas": "{calls{id}}" + "," * 1_900,
    "comments": "#\n" * 900 + "{calls{id}}",
}


def prepared(schema: GraphQLSchema, text: str) -> None:
    """Parsed, measured and validated as for the first time; a refusal is an answer."""
    with suppress(GraphQLError):
        prepare_with(KnownShapes(), schema, text)


def is_within_the_bar(schema: GraphQLSchema, text: str) -> bool:
    """Of three times, since garbage of other tests may be collected meanwhile."""
    return any(_seconds_once(schema, text) < SECONDS * NOISY_MACHINE for _ in range(3))


def _seconds_once(schema: GraphQLSchema, text: str) -> float:
    began = time.thread_time()
    prepared(schema, text)
    return time.thread_time() - began


def calls_of_functions(schema: GraphQLSchema, text: str) -> int:
    """How many functions of Python are called: the same on every machine."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        prepared(schema, text)
    finally:
        sys.setprofile(before)
    return calls


def assert_it_costs_little(schema: GraphQLSchema, text: str) -> None:
    """To count takes twice as long: what is within the bar while it is counted need not be timed again."""
    began = time.thread_time()
    assert calls_of_functions(schema, text) < MOST_CALLS
    assert time.thread_time() - began < SECONDS * NOISY_MACHINE or is_within_the_bar(schema, text)


@pytest.fixture(scope="module", autouse=True)
def warmed_up() -> None:
    """What is known of a schema is found out once, and not by somebody's document."""
    for schema in (SCHEMA, WIDE):
        most_introspected(schema)
        prepared(schema, "{ " + LONG + " { id } }")


@settings(max_examples=40 * FACTOR, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=documents())
def test_a_made_up_document_costs_little(text: str) -> None:
    for schema in (SCHEMA, WIDE):
        assert_it_costs_little(schema, text)


@pytest.mark.parametrize("schema", [SCHEMA, WIDE], ids=["ours", "wide"])
@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_costs_little(text: str, schema: GraphQLSchema) -> None:
    assert len(text) <= LARGEST + 20
    assert_it_costs_little(schema, text)


def test_the_standard_query_of_clients_is_prepared_as_cheaply() -> None:
    assert len(fullest_introspection()) <= LARGEST
    assert is_within_the_bar(SCHEMA, fullest_introspection())
