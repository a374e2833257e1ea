"""The schema: every root field in one place, with the roles that may ask it."""

from copy import copy
from functools import cache
from typing import Any

import strawberry
from graphql import DirectiveLocation, GraphQLDirective, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graphql_api.access.readers import check_readers
from graphql_api.columnar import ColumnarExecutor
from graphql_api.commands.mutation import Mutation
from graphql_api.permissions import fields_without_roles
from graphql_api.prepared_documents import PreparedDocuments
from graphql_api.queries.access import AccessQueries
from graphql_api.queries.answers import AnswerQueries
from graphql_api.queries.catalogue import CatalogueQueries
from graphql_api.queries.facts import FactQueries
from graphql_api.queries.figures import FigureQueries
from graphql_api.queries.people import PeopleQueries
from graphql_api.queries.views import ViewQueries
from graphql_api.scalars import SCALARS


@strawberry.type(description="What can be asked.")
class Query(
    FactQueries,  # type: ignore[misc] # derived from datasets, which nobody can type
    ViewQueries,
    FigureQueries,
    CatalogueQueries,
    PeopleQueries,
    AccessQueries,
    AnswerQueries,
):
    """Every root field; the classes are listed kind by kind."""


class ForgottenRolesError(Exception):
    """A root field names no roles, so nobody said who may ask it."""

    def __init__(self, *, fields: list[str]) -> None:
        super().__init__(f"these root fields name no roles: {', '.join(fields)}")


class Schema(strawberry.Schema):
    """Strawberry's schema; errors are coded and logged where they are answered, and only there."""

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        return None

    def _get_custom_context_kwargs(
        self, operation_extensions: dict[str, Any] | None = None, *, sync: bool = False
    ) -> dict[str, Any]:
        """Without suggestions for bad variables, which measure the distance to every name there is."""
        given = super()._get_custom_context_kwargs(operation_extensions, sync=sync)
        return {**given, "hide_suggestions": True}


@cache
def build_schema() -> Schema:
    """The schema, made once in a process; raises ForgottenRolesError where a root field names no roles."""
    check_readers()
    if forgotten := [*fields_without_roles(Query), *fields_without_roles(Mutation)]:
        raise ForgottenRolesError(fields=forgotten)
    schema = Schema(
        query=Query,
        mutation=Mutation,
        extensions=[PreparedDocuments],
        execution_context_class=ColumnarExecutor,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    _leave_out_draft_locations(schema._schema)  # noqa: SLF001 - Strawberry lets nobody choose directives
    return schema


def _leave_out_draft_locations(schema: GraphQLSchema) -> None:
    """graphql-core 3.3 lists a location of a draft, which code generators on graphql-js 16 refuse."""
    schema.directives = tuple(map(_without_draft_location, schema.directives))


def _without_draft_location(directive: GraphQLDirective) -> GraphQLDirective:
    if DirectiveLocation.DIRECTIVE_DEFINITION not in directive.locations:
        return directive
    kept = copy(directive)
    kept.locations = tuple(
        one for one in directive.locations if one is not DirectiveLocation.DIRECTIVE_DEFINITION
    )
    return kept
