"""How many rows a field may answer: what its arguments say, or what is presumed where they say nothing."""

from graphql import (
    FieldNode,
    GraphQLField,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from graphql_api.cell_counts import MOST_COUNTED, Rows, RowsOfVariable, rows_asked

SIZE_ARGUMENTS = ("limit", "first", "last")
ROWS_IF_UNSAID = 100
# The rows of a connection are counted where its size is given.
COUNTED_ABOVE = ("edges", "nodes")


def presumed_rows(node: FieldNode, field: GraphQLField | None) -> Rows:
    """A number, or the variable that says so."""
    if field is None:
        return 1
    names = [name for name in SIZE_ARGUMENTS if name in field.args]
    if not names:
        return 1 if node.name.value in COUNTED_ABOVE or not _is_list_of_objects(field) else ROWS_IF_UNSAID
    default = field.args[names[0]].default_value
    unsaid = default if isinstance(default, int) else ROWS_IF_UNSAID
    for argument in node.arguments or ():
        if argument.name.value in names and isinstance(argument.value, VariableNode):
            return RowsOfVariable(argument.value.name.value, unsaid)
        if argument.name.value in names and isinstance(argument.value, IntValueNode):
            return rows_asked(whole(argument.value))
    return unsaid


def _is_list_of_objects(field: GraphQLField) -> bool:
    kind = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(kind) and is_composite_type(get_named_type(kind))


def whole(node: IntValueNode) -> int:
    """The number, as far as we count: Python refuses to read thousands of digits."""
    return int(node.value) if len(node.value) < len(str(MOST_COUNTED)) else MOST_COUNTED


def default_variables(operation: OperationDefinitionNode) -> dict[str, int]:
    """The whole numbers that an operation gives its variables by default."""
    return {
        definition.variable.name.value: whole(definition.default_value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
    }
