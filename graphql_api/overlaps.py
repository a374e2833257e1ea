"""How much comparing a document causes: validation compares every two fields that are merged into one.

graphql-core's OverlappingFieldsCanBeMerged takes 0.2 s for two hundred `calls { id }`; what is counted here
in one visit per field is what it would compare, so that such a document is refused before.
"""

from collections import Counter

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from graphql_api.document_limits import refuse

MOST_COMPARED = 1_000
MOST_VISITED = 3_000

TOP = 0


def refuse_much_comparing(document: DocumentNode) -> None:
    """Raises GraphQLError; the document's fields are within their limit, spread as they are."""
    _Overlaps(document).count(document)


class _Overlaps:
    """Visits every field where it ends up when fragments are spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._spread: set[str] = set()
        self.compared = self.visited = 0

    def count(self, document: DocumentNode) -> None:
        """What no operation reaches is compared all the same."""
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                self._visit_alone(node.selection_set)
        for name, fragment in self._fragments.items():
            if name not in self._spread:
                self._visit_alone(fragment.selection_set)

    def _visit_alone(self, selections: SelectionSetNode) -> None:
        self._places: dict[tuple[int, str], int] = {}
        self._twins: Counter[int] = Counter()
        self._visit_all(selections, TOP, within=frozenset())

    def _visit_all(self, selections: SelectionSetNode, place: int, *, within: frozenset[str]) -> None:
        for selection in selections.selections:
            self._visit(selection, place, within=within)

    def _visit(self, node: SelectionNode, place: int, *, within: frozenset[str]) -> None:
        self._note_visit()
        if isinstance(node, FieldNode):
            name = node.alias.value if node.alias else node.name.value
            merged = self._places.setdefault((place, name), len(self._places) + 1)
            self.compared += self._twins[merged]
            self._twins[merged] += 1
            if node.selection_set:
                self._visit_all(node.selection_set, merged, within=within)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in self._fragments and name not in within:
                self._spread.add(name)
                self._visit_all(self._fragments[name].selection_set, place, within=within | {name})
        elif isinstance(node, InlineFragmentNode):
            self._visit_all(node.selection_set, place, within=within)

    def _note_visit(self) -> None:
        self.visited += 1
        if self.compared > MOST_COMPARED or self.visited > MOST_VISITED:
            found = {"fields alike": self.compared, "fields of all fragments": self.visited}
            refuse(found, {"fields alike": MOST_COMPARED, "fields of all fragments": MOST_VISITED})
