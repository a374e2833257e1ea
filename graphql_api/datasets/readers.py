"""Which roles may read the rows of which dataset."""

from graphql_api.permissions import READERS_OF_CALLS, READERS_OF_FIGURES
from projections.facts.spec import FactSpec
from projections.views.view import View


def readers_of_fact(fact: FactSpec) -> frozenset[str]:
    return READERS_OF_CALLS


def readers_of_view(view: View) -> frozenset[str]:
    return READERS_OF_FIGURES
