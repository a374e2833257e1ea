"""How large a document is, in one pass that visits each fragment once, and what is too large."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from graphql_api.coded_errors import TOO_COMPLEX

SIZE_ARGUMENTS = ("limit", "first", "last")
ROWS_IF_UNSAID = 100
# Clients ask these deeply; graphql-core has a rule of its own for how deeply.
INTROSPECTION = ("__schema", "__type")
MOST_CELLS = 500_000

# Cells of an answer by the variable that multiplies them; None holds those already known.
Cells = Counter[str | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is answered. Counts are after spreading every fragment."""

    depth: int = 12
    aliases: int = 40
    directives: int = 20
    fields: int = 500
    operations: int = 5


@dataclass(frozen=True, slots=True)
class Size:
    depth: int
    aliases: int
    directives: int
    fields: int
    cells: Cells

    def beside(self, other: "Size") -> "Size":
        return Size(
            depth=max(self.depth, other.depth),
            aliases=self.aliases + other.aliases,
            directives=self.directives + other.directives,
            fields=self.fields + other.fields,
            cells=self.cells + other.cells,
        )


NOTHING = Size(depth=0, aliases=0, directives=0, fields=0, cells=Counter())


class Ruler:
    """Measures the selections of one document; each pair of fragment and type is measured once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[str, Size] = {}

    def measure(self, operation: OperationDefinitionNode) -> Size:
        root = self._schema.get_root_type(operation.operation)
        size = self._selections(operation.selection_set, root)
        return size.beside(_directives(len(operation.directives or ())))

    def measure_fragments(self) -> list[Size]:
        """Of every fragment, used or not, since validation reads them all; depth counts from an operation."""
        return [replace(self._fragment(name), depth=0) for name in self._fragments]

    def _selections(self, selections: SelectionSetNode, parent: GraphQLNamedType | None) -> Size:
        size = NOTHING
        for selection in selections.selections:
            size = size.beside(self._selection(selection, parent))
        return size

    def _selection(self, selection: SelectionNode, parent: GraphQLNamedType | None) -> Size:
        directives = _directives(len(selection.directives or ()))
        if isinstance(selection, FieldNode):
            return self._field(selection, parent).beside(directives)
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value).beside(directives)
        assert isinstance(selection, InlineFragmentNode)  # noqa: S101 - the third and last kind
        condition = selection.type_condition
        named = self._schema.get_type(condition.name.value) if condition else parent
        return self._selections(selection.selection_set, named).beside(directives)

    def _fragment(self, name: str) -> Size:
        """Its size; nothing while it is being measured (a cycle) or unknown: validation names those."""
        if name not in self._measured and name in self._fragments:
            self._measured[name] = NOTHING
            fragment = self._fragments[name]
            named = self._schema.get_type(fragment.type_condition.name.value)
            self._measured[name] = self._selections(fragment.selection_set, named)
        return self._measured.get(name, NOTHING)

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Size:
        field = parent.fields.get(node.name.value) if isinstance(parent, GraphQLObjectType) else None
        below = NOTHING
        if node.selection_set:
            below = self._selections(node.selection_set, get_named_type(field.type) if field else None)
        return Size(
            depth=1 if node.name.value in INTROSPECTION else below.depth + 1,
            aliases=below.aliases + (1 if node.alias else 0),
            directives=below.directives,
            fields=below.fields + 1,
            cells=_multiplied(below.cells, _rows_of(node, field)) + Counter({None: 1}),
        )


def _directives(count: int) -> Size:
    return Size(depth=0, aliases=0, directives=count, fields=0, cells=Counter())


def _rows_of(node: FieldNode, field: GraphQLField | None) -> int | str:
    """How many rows a field may answer: a number, or the variable that says so."""
    if field is None or not (names := [name for name in SIZE_ARGUMENTS if name in field.args]):
        return 1
    for argument in node.arguments or ():
        if argument.name.value in names and isinstance(argument.value, VariableNode):
            return argument.value.name.value
        if argument.name.value in names and isinstance(argument.value, IntValueNode):
            return int(argument.value.value)
    default = field.args[names[0]].default_value
    return default if isinstance(default, int) else ROWS_IF_UNSAID


def _multiplied(cells: Cells, rows: int | str) -> Cells:
    """Only root fields have a size (a test holds the schema to it), so below it all cells are known."""
    if isinstance(rows, str):
        return Counter({rows: cells.total()})
    return Counter({name: count * max(rows, 1) for name, count in cells.items()})


def refuse_too_large(sizes: list[Size], *, operations: int, limits: Limits) -> None:
    """Raises GraphQLError naming each limit passed, with what was found and what is allowed."""
    found = {
        field.name: max((getattr(size, field.name) for size in sizes), default=0)
        for field in fields(limits)
        if field.name != "operations"
    }
    _refuse({**found, "operations": operations}, {f.name: getattr(limits, f.name) for f in fields(limits)})


def refuse_too_costly(cells: Cells, variables: Mapping[str, Any], most: int = MOST_CELLS) -> None:
    """Raises GraphQLError when the answer could hold more than `most` values."""
    total = sum(count * _rows_asked(name, variables) for name, count in cells.items())
    _refuse({"cells": total}, {"cells": most})


def _rows_asked(name: str | None, variables: Mapping[str, Any]) -> int:
    asked = 1 if name is None else variables.get(name, 1)
    return max(asked, 1) if isinstance(asked, int) else 1


def default_variables(operation: OperationDefinitionNode) -> dict[str, int]:
    """The whole numbers that an operation gives its variables by default."""
    return {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
    }


def _refuse(found: Mapping[str, int], allowed: Mapping[str, int]) -> None:
    over = [f"{name} {count} > {allowed[name]}" for name, count in found.items() if count > allowed[name]]
    if over:
        raise GraphQLError(f"The document is too large: {', '.join(over)}", extensions={"code": TOO_COMPLEX})
