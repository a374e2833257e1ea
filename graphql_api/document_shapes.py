"""Documents that differ in nothing but their texts: what was found out of one is known of the others.

Programs write what they ask into the document: a cursor, where a range begins. Measuring and validating each
such document anew was more than half of the work of a page of a hundred rows.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    StringValueNode,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)
from graphql.utilities import validate_input_literal

from graphql_api.document_size import Size

TEXT = re.compile(r'"(?:[^"\\\n\r]|\\.)*"')
NOT_OUTLINED = ('"""', "#")
"""Where one of these stands, not every quotation mark begins or ends a text."""
MOST_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Shape:
    """A valid document: the sizes of its operations, and of what type each of its texts must be, in order."""

    sizes: tuple[Size, ...]
    kinds: tuple[GraphQLInputType, ...]

    def fits(self, document: DocumentNode) -> bool:
        """Whether a document of the same outline is valid too: all its texts are what they must be."""
        return all(map(_is_of_kind, texts_in(document), self.kinds))


class KnownShapes:
    """Shapes by schema and outline, those that were asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[GraphQLSchema, str], Shape] = OrderedDict()

    def find(self, schema: GraphQLSchema, outline: str | None, document: DocumentNode) -> Shape | None:
        """The shape of a document with this outline, which is valid then; None where that is not known."""
        shape = None if outline is None else self._known.get((schema, outline))
        return shape if shape is not None and shape.fits(document) else None

    def remember(
        self, schema: GraphQLSchema, outline: str | None, document: DocumentNode, *, sizes: list[Size]
    ) -> None:
        """Remember a valid document, unless what its texts say could matter to others of its outline."""
        if outline is None or (kinds := _kinds_of_texts(schema, document)) is None:
            return
        self._known[schema, outline] = Shape(tuple(sizes), kinds)
        self._known.move_to_end((schema, outline))
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def outline_of(text: str) -> str | None:
    """The document with its texts left out; None where it has none, or where they are not found so simply."""
    if '"' not in text or any(one in text for one in NOT_OUTLINED):
        return None
    return TEXT.sub('""', text)


def texts_in(document: DocumentNode) -> Iterator[StringValueNode]:
    """Every text of a document that has an outline, from its first to its last."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind is TokenKind.STRING:
            yield StringValueNode(value=token.value or "")
        token = token.next


def _is_of_kind(text: StringValueNode, kind: GraphQLInputType) -> bool:
    """By the very rule of validation."""
    errors: list[GraphQLError] = []
    validate_input_literal(text, kind, lambda error, _: errors.append(error), hide_suggestions=True)
    return not errors


def _kinds_of_texts(schema: GraphQLSchema, document: DocumentNode) -> tuple[GraphQLInputType, ...] | None:
    """None where other rules than that of types look at texts: in directives, and where fields may merge."""
    seen = _Texts(info := TypeInfo(schema))
    visit(document, TypeInfoVisitor(info, seen))
    names = {field.alias.value if field.alias else field.name.value for field in seen.fields.values()}
    if seen.is_in_directive or None in seen.kinds or len(names) < len(seen.fields):
        return None
    return tuple(kind for kind in seen.kinds if kind is not None)


class _Texts(Visitor):
    """Of which type each text is, and which fields have texts."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.kinds: list[GraphQLInputType | None] = []
        self.fields: dict[int, FieldNode] = {}
        self.is_in_directive = False

    def enter_string_value(
        self, _node: StringValueNode, _key: object, _parent: object, _path: object, above: list[object]
    ) -> None:
        self.kinds.append(self._info.get_input_type())
        self.is_in_directive |= any(isinstance(one, DirectiveNode) for one in above)
        field = next((one for one in reversed(above) if isinstance(one, FieldNode)), None)
        if field is not None:
            self.fields[id(field)] = field
