"""The stream `member`: its events, state, rules and decisions."""

from domain.member.events import (
    MemberClosed,
    MemberClubVisited,
    MemberEnrolled,
    MemberEntitled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
    MemberTierExtended,
)

__all__ = [
    "MemberClosed",
    "MemberClubVisited",
    "MemberEnrolled",
    "MemberEntitled",
    "MemberPointsDrawn",
    "MemberPointsEarned",
    "MemberPointsExpired",
    "MemberPointsRedeemed",
    "MemberPointsRefunded",
    "MemberPointsReversed",
    "MemberTierChanged",
    "MemberTierExtended",
]
