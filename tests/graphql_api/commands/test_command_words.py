"""What the API says of commands: the docstring's own words first, and never nothing."""

from typing import ClassVar

import pytest

from domain.agent.commands import JoinAgent, MoveAgent
from domain.agent.events import AgentJoined
from domain.complaint.commands import FileComplaint, RecordComplaintFollowUp
from domain.envelope import Event
from domain.member.commands import VisitClub
from domain.telling import Command
from graphql_api.commands.command_words import UndescribedFieldError, command_meaning, field_meaning


def test_a_command_says_what_its_docstring_says_and_its_topic() -> None:
    expected = "Give the agent another role, team or `unit`; what is None stays. Its event is `agent.moved`."
    assert command_meaning(MoveAgent) == expected


def test_without_a_docstring_it_says_what_its_event_says() -> None:
    assert command_meaning(JoinAgent) == (
        "Tell this: a person started in a role and a team, as a trainee or not. Its event is `agent.joined`."
    )


def test_fields_are_described_by_the_docstring_up_to_the_end_of_the_sentence() -> None:
    assert field_meaning(RecordComplaintFollowUp, "resolved") == (
        "What they said, null if they were not reached or did not say."
    )
    assert field_meaning(FileComplaint, "subcategory") == "Codes of the organisation."
    assert field_meaning(FileComplaint, "kind") == "external (a customer) or internal (a colleague)."
    assert field_meaning(VisitClub, "points") == "What the visit costs, where points settle it."


def test_else_by_the_glossary_for_this_command_or_for_all() -> None:
    assert field_meaning(VisitClub, "kind") == "What was used, as in the member's entitlements."
    assert field_meaning(JoinAgent, "team") == "The team."
    assert field_meaning(JoinAgent, "occurred_at") == "When it happened; now if it is left out."


def test_what_nobody_describes_is_named() -> None:
    class Whisper(Command, frozen=True, kw_only=True):
        EVENT: ClassVar[type[Event]] = AgentJoined

        secret: str

    with pytest.raises(UndescribedFieldError, match=r"Whisper\.secret is described nowhere"):
        field_meaning(Whisper, "secret")
