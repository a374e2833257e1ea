"""The fields by which a command is given over GraphQL, each derived from the command's struct."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import strawberry

from domain.agent.commands import JoinAgent
from domain.call.commands import OfferCall
from domain.callback.commands import ScheduleCallback
from domain.campaign.commands import LaunchCampaign
from domain.claim.commands import ReportClaim
from domain.command_application import OWN_FIELD
from domain.complaint.commands import AttributeComplaintLiability, FileComplaint
from domain.complaint.liability import PartyShare
from domain.customer.commands import EraseCustomer, RegisterCustomer
from domain.member.commands import EnrolMember
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.partner.commands import OnboardPartner
from domain.request.commands import RaiseRequest
from domain.target.commands import PublishTarget, SetTarget
from domain.telling import CARRIED, Command
from domain.unit.commands import OpenUnit
from domain.voiding import VoidEvent
from domain.volume.commands import RecordVolume
from graphql_api.commands.command_words import field_meaning, identity_meaning
from graphql_api.scalars import Json

BEGINNING: tuple[type[Command], ...] = (
    OfferCall,
    FileComplaint,
    RegisterCustomer,
    RaiseRequest,
    ReportClaim,
    OpenUnit,
    RecordVolume,
    ScheduleCallback,
    JoinAgent,
    OnboardPartner,
    LaunchCampaign,
    SetTarget,
    PublishTarget,
    EnrolMember,
)
"""Commands that may begin a stream are told its issuer and number, the others its whole id."""

NESTED: Mapping[type[Any], tuple[str, str]] = {
    PartyShare: ("PartyShareInput", "One party's part of an attribution."),
    Rule: ("RuleInput", "What one of the organisation's rules says from a day on."),
    AttributeComplaintLiability: ("ReplacementInput", "Who answers instead."),
}
"""Structs within commands -> the names of their input types, and what these are."""

# Their events take the envelope of another event, have none to speak of, or are told of several customers.
WITHOUT_ENVELOPE = (VoidEvent, ConfigureOrganisation, EraseCustomer)
# Text in the struct that holds JSON, and is given as JSON.
JSON_TEXTS = frozenset({(Rule, "body")})
NUMBERING = ("issuer", "number", "further_parts")
REQUIRED = msgspec.NODEFAULT


@dataclass(frozen=True, kw_only=True)
class InputField:
    """One field; `kind` is a Python type, a struct within the command, or Json; `default` may be REQUIRED."""

    name: str
    kind: Any
    meaning: str
    is_many: bool = False
    default: Any = REQUIRED

    @property
    def is_nullable(self) -> bool:
        return self.default is None or self.default is strawberry.UNSET


def stream_named(command_class: type[Command]) -> str:
    """The kind of stream that a command is about: `complaint`."""
    return command_class.EVENT.TOPIC.partition(".")[0]


def identity_fields(command_class: type[Command]) -> tuple[InputField, ...]:
    """The fields that name the stream; none where there is only one."""
    stream = stream_named(command_class)
    if command_class is ConfigureOrganisation:
        return ()
    if command_class in BEGINNING:
        return _numbering(stream)
    name = "stream" if command_class is VoidEvent else stream
    return (InputField(name=name, kind=strawberry.ID, meaning=identity_meaning(name, stream=stream)),)


def _numbering(stream: str) -> tuple[InputField, ...]:
    issuer, number, further = (identity_meaning(name, stream=stream) for name in NUMBERING)
    return (
        InputField(name="issuer", kind=str, meaning=issuer),
        InputField(name="number", kind=str, meaning=number),
        InputField(name="further_parts", kind=str, meaning=further, is_many=True, default=None),
    )


def told_fields(command_class: type[Command]) -> tuple[InputField, ...]:
    """What the command itself tells, then what its event's envelope carries beside its stream's own id."""
    fields, own = _fields(command_class), _own(command_class)
    if command_class in WITHOUT_ENVELOPE:
        return tuple(fields[name] for name in own)
    shown = {*own, OWN_FIELD.get(stream_named(command_class))}
    envelope = [name for name in CARRIED if name not in shown]
    return tuple(fields[name] for name in (*own, *envelope, "occurred_at"))


@cache
def nested_fields(struct: type[Any]) -> tuple[InputField, ...]:
    """The fields of a struct within a command; of a command within one, its own alone."""
    fields = _fields(struct)
    return tuple(fields[name] for name in _own(struct))


def _own(struct: type[Any]) -> list[str]:
    return [name for name in struct.__annotations__ if name != "EVENT"]


def _fields(struct: type[Any]) -> dict[str, InputField]:
    hints, defaults = get_type_hints(struct), _defaults(struct)
    return {
        name: _field(struct, name, hint=hint, default=defaults.get(name, REQUIRED))
        for name, hint in hints.items()
        if name not in ("EVENT", "originator_id")
    }


def _defaults(struct: type[Any]) -> Mapping[str, Any]:
    if issubclass(struct, Command):
        return {field.name: field.default for field in msgspec.structs.fields(struct)}
    found: Mapping[str, Any] = struct._field_defaults
    return found


def _field(struct: type[Any], name: str, *, hint: Any, default: Any) -> InputField:
    meaning = field_meaning(struct, name)
    if (struct, name) in JSON_TEXTS:
        # JSON has a null of its own, which has to be told and is not what is left out.
        return InputField(name=name, kind=Json, meaning=meaning, default=strawberry.UNSET)
    kind = _present(hint)
    if get_origin(kind) is tuple:
        return InputField(name=name, kind=get_args(kind)[0], meaning=meaning, is_many=True, default=default)
    return InputField(name=name, kind=kind, meaning=meaning, default=default)


def _present(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        (hint,) = [arm for arm in get_args(hint) if arm is not NoneType]
    return hint
