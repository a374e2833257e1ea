"""The commands on a volume, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.volume.commands import (
    RecordVolume,
)


class VolumeCommands(CommandApplication):
    """What may be asked of a volume."""

    def record_volume(self, command: RecordVolume, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
