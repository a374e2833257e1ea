"""The schema: every root field in one place, with the roles that may ask it."""

from copy import copy

import strawberry
from graphql import DirectiveLocation, GraphQLDirective, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graphql_api.calls import CALLS, Call
from graphql_api.columnar import ColumnarExecutor
from graphql_api.command_results import CommandResult
from graphql_api.complaint_commands import file_complaint, record_complaint_follow_up
from graphql_api.explanations import ExplainedRow, Explanation
from graphql_api.lists.connection import Connection, KeysetConnection
from graphql_api.lists.flat_list import FlatList
from graphql_api.meta import ListMeta, list_metas
from graphql_api.metric_catalogue import CatalogueEntry, metric_catalogue
from graphql_api.metrics import MetricValue, MetricValues
from graphql_api.permissions import (
    COMPLAINT_HANDLERS,
    READERS_OF_CALLS,
    READERS_OF_FIGURES,
    fields_without_roles,
    may,
)
from graphql_api.prepared_documents import PreparedDocuments
from graphql_api.satisfaction import SatisfactionScore, SatisfactionScores
from graphql_api.scalars import SCALARS


@strawberry.type(description="What can be asked.")
class Query:
    calls: list[Call] = strawberry.field(
        description="Calls as a flat list, by the moment of their offer.",
        extensions=[FlatList(CALLS)],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    calls_connection: Connection[Call] = strawberry.field(
        description="Calls page by page.",
        extensions=[KeysetConnection(CALLS)],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    metrics: list[MetricValue] = strawberry.field(
        description="The values of a metric over [from, to), ordered by period and group.",
        extensions=[MetricValues()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    explain: list[ExplainedRow] = strawberry.field(
        description="The rows behind the values that `metrics` gives for the same arguments.",
        extensions=[Explanation()],
        permission_classes=[may(READERS_OF_CALLS)],
    )
    satisfaction_scores: list[SatisfactionScore] = strawberry.field(
        description="How satisfied customers said they were, by month, survey, process, owner and more.",
        extensions=[SatisfactionScores()],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    metric_catalogue: list[CatalogueEntry] = strawberry.field(
        description="Every metric and definition that can be asked for.",
        resolver=metric_catalogue,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    meta: list[ListMeta] = strawberry.field(
        description="How long each other list of this answer is, and whether it was cut.",
        resolver=list_metas,
        permission_classes=[may(READERS_OF_FIGURES)],
    )


@strawberry.type(description="What can be told. Each command is told at most once per idempotency key.")
class Mutation:
    file_complaint: CommandResult = strawberry.field(
        description="Take a complaint down.",
        resolver=file_complaint,
        permission_classes=[may(COMPLAINT_HANDLERS)],
    )
    record_complaint_follow_up: CommandResult = strawberry.field(
        description="Record what came of asking whether a complaint is resolved.",
        resolver=record_complaint_follow_up,
        permission_classes=[may(COMPLAINT_HANDLERS)],
    )


class ForgottenRolesError(Exception):
    """A root field names no roles, so nobody said who may ask it."""

    def __init__(self, *, fields: list[str]) -> None:
        super().__init__(f"these root fields name no roles: {', '.join(fields)}")


class Schema(strawberry.Schema):
    """Strawberry's schema; errors are coded and logged where they are answered, and only there."""

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        return None


def build_schema() -> Schema:
    """Raises ForgottenRolesError where a root field names no roles."""
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
