"""The commands on a unit, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.unit.commands import (
    CloseUnit,
    GradeUnit,
    InspectUnit,
    MoveUnit,
    OpenUnit,
)


class UnitCommands(CommandApplication):
    """What may be asked of a unit."""

    def open_unit(self, command: OpenUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def move_unit(self, command: MoveUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def close_unit(self, command: CloseUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def inspect_unit(self, command: InspectUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def grade_unit(self, command: GradeUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
