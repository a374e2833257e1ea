"""The commands on complaints: file one, and record what came of asking whether it is resolved."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.complaint.commands import FileComplaint, RecordComplaintFollowUp
from domain.customer_service import CustomerService, Outcome
from domain.envelope import originator_id
from graphql_api.arguments import checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.commands.command_results import CommandResult, checked_key, result_of
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, whole_moment

IdempotencyKey = Annotated[
    str,
    strawberry.argument(
        description="Yours to choose: the same command told again under it is not told twice."
    ),
]


def given(description: str, **default: Any) -> Any:
    return strawberry.field(description=description, **default)


@strawberry.input(description="A complaint to take down.")
class FileComplaintInput:
    issuer: str = given("The system that numbers it: the <issuer> of its id complaint-<issuer>:<number>.")
    number: str = given("Its number there.")
    kind: str = given("external (from a customer) or internal (from a colleague).")
    channel: str = given(
        "How it came: hotline, regulator, headquarters, walk_in, letter, online or internal."
    )
    category: str = given("The organisation's code of what it is about.")
    subcategory: str | None = given("A finer code.", default=None)
    line: str | None = given("The line of business.", default=None)
    product: str | None = given("The product.", default=None)
    promised_ms: BigInt | None = given("The handling time promised, in milliseconds.", default=None)
    call_id: str | None = given("The call it came by, without `call-`.", default=None)
    subject_id: str | None = given("The whole stream id of what it is about.", default=None)
    narrative: str | None = given("What was said; it is encrypted before it is kept.", default=None)
    accepted_explanation: bool | None = given(
        "Of a late shipment: whether the caller was convinced; the rule of the day decides.", default=None
    )
    customer_id: str | None = given("Who complains, without `customer-`.", default=None)
    unit: str | None = given("Whom it is about, without `unit-`.", default=None)
    agent_id: str | None = given("Who took it down.", default=None)
    tier: str | None = given("The customer's tier, as the source says it.", default=None)
    occurred_at: datetime | None = given("When; now if it is left out.", default=None)


@strawberry.input(description="What came of asking whether a complaint is resolved.")
class RecordComplaintFollowUpInput:
    complaint: strawberry.ID = given("The complaint's stream id.")
    with_whom: str = given("customer or unit.")
    means: str = given("How they were asked: call, visit, message …")
    reached: bool = given("Whether they answered.")
    resolved: bool | None = given("What they said; null if they did not.", default=None)
    agent_id: str | None = given("Who asked.", default=None)
    occurred_at: datetime | None = given("When; now if it is left out.", default=None)


async def file_complaint(
    info: strawberry.Info[RequestContext],
    input: Annotated[FileComplaintInput, strawberry.argument(description="The complaint.")],  # noqa: A002
    idempotency_key: IdempotencyKey,
) -> CommandResult:
    told = _checked(input)
    complaint = _complaint_id(told.pop("issuer"), told.pop("number"))
    command, key = FileComplaint(originator_id=complaint, **told), checked_key(idempotency_key)

    def carry_out(service: CustomerService) -> Outcome:
        return service.file_complaint(command, idempotency_key=key)

    return await result_of(info.context.services, carry_out)


async def record_complaint_follow_up(
    info: strawberry.Info[RequestContext],
    input: Annotated[RecordComplaintFollowUpInput, strawberry.argument(description="What came of it.")],  # noqa: A002
    idempotency_key: IdempotencyKey,
) -> CommandResult:
    told = _checked(input)
    command = RecordComplaintFollowUp(originator_id=told.pop("complaint"), **told)
    key = checked_key(idempotency_key)

    def carry_out(service: CustomerService) -> Outcome:
        return service.record_complaint_follow_up(command, idempotency_key=key)

    return await result_of(info.context.services, carry_out)


def _checked(told: FileComplaintInput | RecordComplaintFollowUpInput) -> dict[str, Any]:
    values = {field.name: getattr(told, field.name) for field in fields(told)}
    for name, value in values.items():
        if isinstance(value, str):
            checked_text(name, value)
    if told.occurred_at is not None:
        values["occurred_at"] = whole_moment(told.occurred_at, argument="occurredAt")
    return values


def _complaint_id(issuer: str, number: str) -> str:
    try:
        return originator_id("complaint", issuer, number)
    except ValueError as error:
        message = f"`issuer` is {issuer!r} and `number` {number!r}, which make no id"
        raise BadInputError(message, argument="issuer") from error
