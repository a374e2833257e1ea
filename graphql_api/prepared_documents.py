"""Documents parsed, measured and validated once, and remembered."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from graphql_api.coded_errors import TOO_COMPLEX
from graphql_api.document_size import (
    Cells,
    Limits,
    Ruler,
    default_variables,
    refuse_too_costly,
    refuse_too_large,
)

MOST_TOKENS = 2_000
LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A parsed document, what validation found, its operations' names and the cells each may answer."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]
    operations: tuple[str, ...]
    cells: tuple[tuple[Cells, dict[str, int]], ...]


@lru_cache(maxsize=64)
def prepare(schema: GraphQLSchema, text: str) -> PreparedDocument:
    """Parses, measures and validates; raises GraphQLError for a syntax error or a passed limit."""
    try:
        return _prepare(schema, text)
    except RecursionError as error:
        problem = "The document is too large: fragments are nested too deeply"
        raise GraphQLError(problem, extensions={"code": TOO_COMPLEX}) from error


def _prepare(schema: GraphQLSchema, text: str) -> PreparedDocument:
    """Measuring comes first: some of the rules that validate are quadratic in what it bounds."""
    document = parse(text, max_tokens=MOST_TOKENS)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    ruler = Ruler(schema, document)
    sizes = [ruler.measure(operation) for operation in operations]
    refuse_too_large([*sizes, *ruler.measure_fragments()], operations=len(operations), limits=LIMITS)
    return PreparedDocument(
        document=document,
        operations=tuple(node.name.value if node.name else "" for node in operations),
        errors=tuple(validate_document(schema, document, tuple(specified_rules))),
        cells=tuple(
            (size.cells, default_variables(operation))
            for size, operation in zip(sizes, operations, strict=True)
        ),
    )


class PreparedDocuments(SchemaExtension):
    """Gives Strawberry the remembered document and its validation errors."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        # Strawberry's own caches reach for graphql-core's schema in the same way.
        self._prepared = prepare(context.schema._schema, context.query or "")  # noqa: SLF001
        if len(self._prepared.operations) > 1 and context.operation_name is None:
            raise GraphQLError(f"Name one of the operations: {', '.join(self._prepared.operations)}")
        for cells, defaults in self._prepared.cells:
            refuse_too_costly(cells, {**defaults, **(context.variables or {})})
        context.graphql_document = self._prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = list(self._prepared.errors)
        yield
