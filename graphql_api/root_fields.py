"""The fields at the root of an operation, wherever fragments have put them."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> tuple[FieldNode, ...]:
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    return tuple(_fields(operation.selection_set, fragments))


def _fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """Each fragment is taken once, so that one which spreads itself comes to an end."""
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif below := _selections_of(selection, fragments):
            yield from _fields(below, fragments)


def _selections_of(
    selection: SelectionNode, fragments: dict[str, FragmentDefinitionNode]
) -> SelectionSetNode | None:
    if isinstance(selection, FragmentSpreadNode):
        fragment = fragments.pop(selection.name.value, None)
        return fragment.selection_set if fragment else None
    return getattr(selection, "selection_set", None)
