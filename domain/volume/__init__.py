"""The stream `volume`: its events, state, rules and decisions."""

from domain.volume.events import (
    VolumeRecorded,
)

__all__ = [
    "VolumeRecorded",
]
