"""The command on a volume, accepted, and what it gets right after."""

from domain.volume.commands import RecordVolume
from tests.examples import UNIT, VOLUME_ID, january
from tests.given import CommandExample, payload

record = RecordVolume(originator_id=VOLUME_ID, unit=UNIT, **payload(january))  # type: ignore[arg-type]

EXAMPLES = (CommandExample(command=record),)
