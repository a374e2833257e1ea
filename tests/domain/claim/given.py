"""Stories of claims on their way through approval, with an approver of every level."""

from decimal import Decimal

from msgspec.structs import replace

from domain.agent.state import Agent
from domain.claim.commands import ApproveClaim
from domain.claim.state import Claim, evolve
from domain.folding import fold_live
from domain.organisation.claim_rules import DEFAULT_APPROVAL_LEVELS
from domain.streams import CLAIM
from tests.domain.claim.examples import CHEN_ID, approve, ask, assessed, documents, joined
from tests.examples import reported
from tests.given import Given, given

LEVELS = tuple(level.level for level in DEFAULT_APPROVAL_LEVELS.levels)


def agent(role: str) -> Agent:
    return Agent(joined=replace(joined, role=role), role=role)


APPROVERS = {f"agent-desk:{level}": agent(level) for level in LEVELS}
BESIDE = {CHEN_ID: agent("branch"), **APPROVERS}


def by(level: str, amount: Decimal | int = 2800) -> ApproveClaim:
    return replace(approve, level=level, amount=Decimal(amount), agent_id=f"desk:{level}")


def asked(amount: Decimal | int = 2600) -> Given:
    worth = replace(assessed, amount=Decimal(amount))
    return given(CLAIM, reported, *documents, worth).beside(BESIDE).and_(ask)


def claim_after(story: Given) -> Claim:
    return fold_live(story.events, initial=Claim(), evolve=evolve)


def approved_through(story: Given, amount: Decimal) -> Given:
    """The story after every level in turn said the same amount, until one was final."""
    while (level := claim_after(story).requested) is not None:
        story = story.and_(by(level, amount))
    return story
