"""What columns mean that several row classes have under one name, each in one sentence."""

from collections.abc import Mapping

ENVELOPE_MEANINGS: Mapping[str, str] = {
    "voided": "Whether no event of it is left in force.",
    "first_occurred_at": "When the first of its events happened.",
    "last_occurred_at": "When the last of its events happened.",
    "first_recorded_at": "When the organisation first had it on record.",
    "last_recorded_at": "When the organisation last recorded anything of it.",
    "first_position": "The position in the log of its first event.",
    "last_position": "The position in the log of its last event.",
}
"""Of what every row of a fact says of all its events."""

SHARED_MEANINGS: Mapping[str, str] = {}
