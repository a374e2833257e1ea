"""A document of a known shape is prepared as if nothing had been known: what it finds, costs and asks."""

from contextlib import suppress

import pytest
from graphql import GraphQLError, print_ast
from hypothesis import given
from hypothesis import strategies as st

from graphql_api.document_shapes import KnownShapes, outline_of, texts_in
from graphql_api.prepared_documents import PreparedDocument, prepare_with
from graphql_api.schema import build_schema

SCHEMA = build_schema()._schema

PAGE = '{ callsConnection(first: 5, from: "%s", queue: ["%s"]) { edges { node { id queue } } } }'
TEMPLATES = (
    PAGE,
    '{ a: calls(where: [{column: queue, values: ["%s"]}]) { id } b: calls(queue: "%s") { id } }',
    '{ a: calls(queue: "%s") { id } a: calls(queue: "%s") { id } }',
    'query q($from: DateTime = "%s", $n: Int) { calls(from: $from, limit: $n, queue: "%s") { id } }',
    '{ calls(limit: "%s") { id } calls(queue: "%s") { id } }',
    '{ calls { id @skip(if: "%s") queue @unknown(of: "%s") } }',
    '{ ...f } fragment f on Query { calls(queue: "%s") { id } c: calls(unit: "%s") { id } }',
    '{ calls(unknown: "%s") { id } } # "%s"',
    '{ calls(queue: """%s""") { id } c: calls(queue: "%s") { id } }',
    '"%s" query named { calls(queue: "%s") { id } }',
)
TEXTS = st.one_of(
    st.sampled_from(
        ["2026-01-01", "2026-01-01T00:00:00Z", "yesterday", "", "5", "vip", '\\"', "\\u5ba2", "\\q"]
    ),
    st.text(alphabet='a"\\#\n{}客', max_size=4),
)


def outcome(prepared: PreparedDocument | GraphQLError) -> object:
    """Whatever a caller can tell two prepared documents apart by."""
    if isinstance(prepared, GraphQLError):
        return (prepared.message, prepared.locations, prepared.extensions)
    return (
        print_ast(prepared.document),
        [prepared.document.loc, *(node.loc for node in prepared.document.definitions)],
        [(error.message, error.locations) for error in prepared.errors],
        [(one.name, one.kind, repr(one.size), one.defaults, one.roots) for one in prepared.operations],
    )


def prepared_with(shapes: KnownShapes, text: str) -> object:
    try:
        return outcome(prepare_with(shapes, SCHEMA, text))
    except GraphQLError as error:
        return outcome(error)


def anew(text: str) -> object:
    try:
        return outcome(prepare_with(KnownShapes(), SCHEMA, text))
    except GraphQLError as error:
        return outcome(error)


@given(
    template=st.sampled_from(TEMPLATES), given_texts=st.lists(st.tuples(TEXTS, TEXTS), min_size=2, max_size=4)
)
def test_what_is_known_of_one_changes_nothing_for_another(
    template: str, given_texts: list[tuple[str, str]]
) -> None:
    shapes = KnownShapes()
    for texts in given_texts:
        assert prepared_with(shapes, template % texts) == anew(template % texts)


def test_pages_of_one_list_are_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = KnownShapes()
    first = prepare_with(shapes, SCHEMA, PAGE % ("2026-01-01", "vip"))
    monkeypatch.setattr("graphql_api.prepared_documents.validate", lambda *_, **__: pytest.fail("validated"))
    again = prepare_with(shapes, SCHEMA, PAGE % ("2026-02-01", "报案"))
    assert [text.value for text in texts_in(again.document)] == ["2026-02-01", "报案"]
    assert again.operations[0].size is first.operations[0].size


def test_a_text_that_is_no_moment_is_refused_though_the_shape_is_known() -> None:
    shapes = KnownShapes()
    prepare_with(shapes, SCHEMA, PAGE % ("2026-01-01", "vip"))
    (error,) = prepare_with(shapes, SCHEMA, PAGE % ("yesterday", "vip")).errors
    assert "yesterday" in error.message


def test_no_more_shapes_are_remembered_than_are_useful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphql_api.document_shapes.MOST_REMEMBERED", 2)
    shapes = KnownShapes()
    asked = [f'{{ a{number}: calls(queue: "vip") {{ id }} }}' for number in range(3)]
    prepared = [prepare_with(shapes, SCHEMA, text) for text in asked]
    found = [
        shapes.find(SCHEMA, outline_of(text), one.document) for text, one in zip(asked, prepared, strict=True)
    ]
    assert [shape is not None for shape in found] == [False, True, True]


@pytest.mark.parametrize(
    "text", ["{ calls { id } }", '{ calls(queue: """vip""") { id } }', '{ calls { id } } # "']
)
def test_no_outline_is_made_where_a_quotation_mark_may_mean_something_else(text: str) -> None:
    with suppress(GraphQLError):
        assert prepare_with(KnownShapes(), SCHEMA, text).errors == ()
    assert outline_of(text) is None
