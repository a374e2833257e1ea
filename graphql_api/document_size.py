"""How large a document is, in one pass that visits each fragment once."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
)

from graphql_api.cell_counts import Cells, added, saturated, times
from graphql_api.introspected import ELSEWHERE, INTROSPECTION, list_lengths
from graphql_api.presumed_rows import presumed_rows


@dataclass(frozen=True, slots=True)
class Size:
    """`cells` are the values that the answer may hold, `introspected` those of the schema among them."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    cells: Cells = 0
    introspected: int = 0


NOTHING = Size()


class Place(NamedTuple):
    """The type that selections are made on; `is_each` while introspection goes over every type."""

    kind: GraphQLNamedType | None
    is_each: bool = True


class Ruler:
    """Measures the selections of one document; each fragment is measured once for each way it is reached."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[tuple[str, bool], Size] = {}

    def measure(self, operation: OperationDefinitionNode) -> Size:
        root = self._schema.get_root_type(operation.operation)
        size = self._selections(operation.selection_set, Place(root))
        return together([size, _directives(len(operation.directives or ()))])

    def measure_fragments(self) -> list[Size]:
        """Of every fragment, used or not, since validation reads them all; depth counts from an operation."""
        sizes = [self._fragment(name, is_each=True) for name in self._fragments]
        return [replace(size, depth=0, introspected=0) for size in sizes]

    def _selections(self, selections: SelectionSetNode, place: Place) -> Size:
        return together([self._selection(selection, place) for selection in selections.selections])

    def _selection(self, selection: SelectionNode, place: Place) -> Size:
        directives = _directives(len(selection.directives or ()))
        if isinstance(selection, FieldNode):
            return together([self._field(selection, place), directives])
        if isinstance(selection, FragmentSpreadNode):
            return together([self._fragment(selection.name.value, is_each=place.is_each), directives])
        assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - the third and last kind
        condition = selection.type_condition
        named = self._schema.get_type(condition.name.value) if condition else place.kind
        return together(
            [self._selections(selection.selection_set, place._replace(kind=named)), directives],
        )

    def _fragment(self, name: str, *, is_each: bool) -> Size:
        """Its size; nothing while it is being measured (a cycle) or unknown: validation names those."""
        reached = (name, is_each)
        if reached not in self._measured and name in self._fragments:
            self._measured[reached] = NOTHING
            fragment = self._fragments[name]
            named = self._schema.get_type(fragment.type_condition.name.value)
            self._measured[reached] = self._selections(fragment.selection_set, Place(named, is_each))
        return self._measured.get(reached, NOTHING)

    def _field(self, node: FieldNode, place: Place) -> Size:
        name, kind = node.name.value, place.kind
        field = getattr(kind, "fields", {}).get(name)
        below = NOTHING
        is_of_schema = name in INTROSPECTION or (kind is not None and kind.name.startswith("__"))
        if node.selection_set:
            named = self._schema.get_type(f"__{name[2:].title()}") if name in INTROSPECTION else None
            named = named or (get_named_type(field.type) if field else None)
            is_each = place.is_each and name != "__type" and not (is_of_schema and name in ELSEWHERE)
            below = self._selections(node.selection_set, Place(named, is_each))
        if is_of_schema:
            return self._introspected(node, below, place)
        return replace(
            below,
            depth=below.depth + 1,
            aliases=saturated(below.aliases + bool(node.alias)),
            fields=saturated(below.fields + 1),
            cells=added([times(presumed_rows(node, field), below.cells), 1]),
        )

    def _introspected(self, node: FieldNode, below: Size, place: Place) -> Size:
        """Its depth is not counted: clients ask deeply, and graphql-core has a rule for how deeply."""
        length = list_lengths(self._schema).get(node.name.value)
        rows = length.of(is_each=place.is_each) if length else 1
        return replace(
            below,
            depth=1,
            aliases=saturated(below.aliases + bool(node.alias)),
            fields=saturated(below.fields + 1),
            cells=1,
            introspected=saturated(rows * below.introspected + 1),
        )


def together(sizes: list[Size]) -> Size:
    return Size(
        depth=max((size.depth for size in sizes), default=0),
        aliases=saturated(sum(size.aliases for size in sizes)),
        directives=saturated(sum(size.directives for size in sizes)),
        fields=saturated(sum(size.fields for size in sizes)),
        cells=added([size.cells for size in sizes]),
        introspected=saturated(sum(size.introspected for size in sizes)),
    )


def _directives(count: int) -> Size:
    return Size(directives=count) if count else NOTHING
