"""The root fields of Mutation: one per command."""

import strawberry

from graphql_api.commands.command_results import CommandResult
from graphql_api.commands.complaint_commands import file_complaint, record_complaint_follow_up
from graphql_api.permissions import COMPLAINT_HANDLERS, may


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
