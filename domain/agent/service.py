"""The commands on an agent, one method each."""

from domain.agent.commands import (
    CoachAgent,
    JoinAgent,
    LeaveAgent,
    MoveAgent,
    RecordAgentDay,
)
from domain.command_application import CommandApplication, Outcome


class AgentCommands(CommandApplication):
    """What may be asked of an agent."""

    def join_agent(self, command: JoinAgent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def move_agent(self, command: MoveAgent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def coach_agent(self, command: CoachAgent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def leave_agent(self, command: LeaveAgent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_agent_day(self, command: RecordAgentDay, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
