"""How well calls of a queue are to be answered, and how much of paid time is no time at the telephone."""

import msgspec

STAFFING = "staffing"
ANY_QUEUE = "any"


class StaffingTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share` of calls answered within `within_seconds`; `shrinkage`: the part of a roster that is away."""

    share: float = 0.8
    within_seconds: float = 20.0
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shares that no number of agents reaches."""
        if not 0 < self.share < 1 or self.within_seconds < 0 or not 0 <= self.shrinkage < 1:
            raise ValueError("share lies between 0 and 1, within_seconds is not negative, shrinkage below 1")


DEFAULT_STAFFING = StaffingTarget()
