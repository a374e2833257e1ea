"""Calls as they are served: every column of the fact but the caller's number, which is personal."""

from datetime import datetime
from decimal import Decimal
from enum import Enum

import strawberry

from graphql_api.lists.read_model import Node, Order, ReadModel
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.facts import SPECS


@strawberry.type(description="A contact attempt: how it came in, how it ended, how long each part took.")
class Call(Node):
    id: strawberry.ID = told("The call's stream id: call-<issuer>:<its number there>.")
    direction: str | None = told("inbound or outbound.")
    hotline: str | None = told("The number dialled.")
    queue: str | None = told("The first skill queue.")
    channel: str | None = told("How the customer made contact, as the source names it.")
    purpose: str | None = told("Why, as known when it was offered.")
    line: str | None = told("The line of business.")
    unit: str | None = told("The organisation unit.")
    agent_id: str | None = told("Who handled it last.")
    answered_by: str | None = told("Who answered it first.")
    customer_id: str | None = told("The customer; a pseudonym where the source's id is personal.")
    tier: str | None = told("The customer's tier, as the source said it.")
    campaign_id: str | None = told("The campaign it belongs to.")
    ivr_ms: BigInt | None = told("Time in the voice menu, in milliseconds.")
    offered_at: datetime | None = told("When it was offered; it belongs to the interval of this moment.")
    queued_at: datetime | None = told("When it began to wait for an agent.")
    outcome: str | None = told("The first outcome: answered, abandoned or flowed_out.")
    outcome_at: datetime | None = told("When that outcome came.")
    flow_kind: str | None = told("How it flowed out: callback_requested, voicemail, overflow or self_served.")
    wait_ms: BigInt | None = told(
        "Waiting time until the outcome, in milliseconds, as the source measured it."
    )
    ring_ms: BigInt | None = told("Ringing time at the agent, in milliseconds.")
    talk_ms: BigInt | None = told("Talking time, in milliseconds.")
    hold_ms: BigInt | None = told("Time on hold, in milliseconds.")
    wrap_up_ms: BigInt | None = told("The agent's time after the call, in milliseconds.")
    resolved: bool | None = told("Whether the agent declared it resolved.")
    ended_at: datetime | None = told("When it ended.")
    transfers: int | None = told("How often it was passed to another queue.")
    key_presses: int | None = told("How often the caller pressed the complaint key.")
    key_pressed_at: datetime | None = told("When the caller first pressed the complaint key.")
    rating_score: Decimal | None = told("The last rating by the customer, on `ratingScale`.")
    rating_scale: BigInt | None = told("The best score that the rating allowed.")
    rating_satisfied: bool | None = told("Whether the customer said to be satisfied; unrated is null.")
    rated_at: datetime | None = told("When it was last rated.")
    reviews: int | None = told("How often it was reviewed for quality.")
    voided: bool = told("Whether no event of it is left in force.")
    first_occurred_at: datetime = told("When the first of its events happened.")
    last_occurred_at: datetime = told("When the last of its events happened.")
    first_recorded_at: datetime = told("When the organisation first had it on record.")
    last_recorded_at: datetime = told("When the organisation last recorded anything of it.")
    first_position: BigInt = told("The position in the log of its first event.")
    last_position: BigInt = told("The position in the log of its last event.")


@strawberry.enum(description="Orders of calls; the id breaks ties.")
class CallOrder(Enum):
    OFFERED_AT_ASC = strawberry.enum_value(
        Order("offered_at", datetime, is_descending=False),
        description="Earliest offer first; calls without an offer are left out.",
    )
    OFFERED_AT_DESC = strawberry.enum_value(
        Order("offered_at", datetime, is_descending=True),
        description="Latest offer first; calls without an offer are left out.",
    )
    LAST_POSITION_ASC = strawberry.enum_value(
        Order("last_position", int, is_descending=False),
        description="In the order in which they were last told of: for `updatedSince`.",
    )
    LAST_POSITION_DESC = strawberry.enum_value(
        Order("last_position", int, is_descending=True), description="Last told of first."
    )


CALLS = ReadModel(
    fact="calls",
    table=SPECS["calls"].table,
    row_type=Call,
    key="call",
    time="offered_at",
    filters=(
        "direction",
        "hotline",
        "queue",
        "channel",
        "purpose",
        "line",
        "unit",
        "agent_id",
        "customer_id",
        "tier",
        "campaign_id",
        "outcome",
    ),
    orders=CallOrder,
    default_order=CallOrder.OFFERED_AT_ASC,
    renamed=(("id", "call"),),
)
