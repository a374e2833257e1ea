"""Documents parsed, measured and validated once, and remembered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_api.cell_counts import Cells, counted
from graphql_api.coded_errors import TOO_COMPLEX
from graphql_api.document_limits import (
    MOST_CELLS,
    MOST_FRAGMENTS,
    MOST_OPERATIONS,
    Limits,
    refuse,
    refuse_too_large,
)
from graphql_api.document_shapes import KnownShapes, outline_of
from graphql_api.document_size import Ruler, Size
from graphql_api.introspected import fullest_introspection
from graphql_api.nearby_names import with_nearby_names
from graphql_api.overlaps import refuse_much_comparing
from graphql_api.presumed_rows import default_variables
from graphql_api.root_fields import root_fields

MOST_TOKENS = 2_000
MOST_ERRORS = 10
LIMITS = Limits()
SHAPES = KnownShapes()
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

ROOM_FOR_OTHERS = 1.25
"""How much more of the schema than the fullest standard query a document may ask for."""
FEW_INTROSPECTED = 2_000
"""So many values of the schema may be asked for beside other things."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedOperation:
    """One operation: its name, what kind it is, its fields at the root and what its answer may hold."""

    name: str | None
    kind: str
    roots: tuple[FieldNode, ...]
    size: Size
    defaults: Mapping[str, int]

    @property
    def cells(self) -> Cells:
        return self.size.cells

    @property
    def is_of_schema(self) -> bool:
        """Whether it asks for much of the schema, and so for nothing else."""
        return self.size.introspected > FEW_INTROSPECTED

    def cost(self, variables: Mapping[str, Any] | None) -> int:
        """How many values the answer may hold; raises GraphQLError where that is too many."""
        cost = counted(self.cells, {**self.defaults, **(variables or {})})
        refuse({"cells": cost}, {"cells": MOST_CELLS})
        return cost


@dataclass(frozen=True, slots=True, eq=False)
class PreparedDocument:
    """A parsed document, what validation found, and its operations."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]
    operations: tuple[PreparedOperation, ...]

    def operation(self, name: str | None) -> PreparedOperation | None:
        """The one of that name, or the only one; None for an unknown name; raises GraphQLError for none."""
        if name is None and len(self.operations) > 1:
            names = ", ".join(operation.name or "" for operation in self.operations)
            raise GraphQLError(f"Name one of the operations: {names}")
        return next((one for one in self.operations if name in (None, one.name)), None)


@lru_cache(maxsize=128)
def prepare(schema: GraphQLSchema, text: str) -> PreparedDocument:
    """Parses, measures and validates; raises GraphQLError for a syntax error or a passed limit."""
    return prepare_with(SHAPES, schema, text)


def prepare_with(shapes: KnownShapes, schema: GraphQLSchema, text: str) -> PreparedDocument:
    """The same with what these shapes know, and learn."""
    try:
        document = parse(text, max_tokens=MOST_TOKENS)
        if shape := shapes.find(schema, outline := outline_of(text), document):
            return _told_of(document, shape.sizes, errors=())
        sizes = _measured(schema, document)
        prepared = _told_of(document, sizes, errors=_errors(schema, document))
    except RecursionError as error:
        problem = "The document is too large: it is nested too deeply; ask for less at once"
        raise GraphQLError(problem, extensions={"code": TOO_COMPLEX}) from error
    if not prepared.errors:
        shapes.remember(schema, outline, document, sizes=sizes)
    return prepared


def _measured(schema: GraphQLSchema, document: DocumentNode) -> list[Size]:
    """Of each operation. It comes first: some of the rules that validate are quadratic in what it bounds."""
    ruler = Ruler(schema, document)
    operations = _operations(document)
    fragments = sum(isinstance(node, FragmentDefinitionNode) for node in document.definitions)
    allowed = {"operations": MOST_OPERATIONS, "fragments": MOST_FRAGMENTS}
    refuse({"operations": len(operations), "fragments": fragments}, allowed)
    sizes = [ruler.measure(operation) for operation in operations]
    refuse_too_large([*sizes, *ruler.measure_fragments()], limits=LIMITS)
    _refuse_much_of_schema(schema, sizes)
    refuse_much_comparing(document)
    return sizes


def _told_of(
    document: DocumentNode, sizes: Sequence[Size], *, errors: tuple[GraphQLError, ...]
) -> PreparedDocument:
    operations = zip(_operations(document), sizes, strict=True)
    return PreparedDocument(
        document=document,
        errors=errors,
        operations=tuple(_operation(document, node, size) for node, size in operations),
    )


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _operation(document: DocumentNode, node: OperationDefinitionNode, size: Size) -> PreparedOperation:
    prepared = PreparedOperation(
        name=node.name.value if node.name else None,
        kind=node.operation.value,
        roots=root_fields(document, node),
        size=size,
        defaults=default_variables(node),
    )
    if prepared.is_of_schema and not all(root.name.value.startswith("__") for root in prepared.roots):
        message = "Ask for the schema in a document of its own"
        raise GraphQLError(message, extensions={"code": TOO_COMPLEX})
    return prepared


def _errors(schema: GraphQLSchema, document: DocumentNode) -> tuple[GraphQLError, ...]:
    found = validate(schema, document, RULES, max_errors=MOST_ERRORS, hide_suggestions=True)
    return tuple(with_nearby_names(schema, error) for error in found)


def _refuse_much_of_schema(schema: GraphQLSchema, sizes: list[Size]) -> None:
    introspected = max((size.introspected for size in sizes), default=0)
    if introspected > FEW_INTROSPECTED:
        refuse({"values of the schema": introspected}, {"values of the schema": most_introspected(schema)})


@lru_cache(maxsize=8)
def most_introspected(schema: GraphQLSchema) -> int:
    """The size of the fullest query that clients are known to ask, and some room."""
    document = parse(fullest_introspection())
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return int(Ruler(schema, document).measure(operation).introspected * ROOM_FOR_OTHERS)


class PreparedDocuments(SchemaExtension):
    """Gives Strawberry the remembered document and its validation errors."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        # Strawberry's own caches reach for graphql-core's schema in the same way.
        self._prepared = prepare(context.schema._schema, context.query or "")  # noqa: SLF001
        if operation := self._prepared.operation(context.operation_name):
            operation.cost(context.variables)
        context.graphql_document = self._prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = list(self._prepared.errors)
        yield
