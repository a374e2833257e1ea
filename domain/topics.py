"""Every event the platform knows, by topic, and how superseded payloads are read."""

from typing import cast

from eventsourcing.utils import SupportsTopic, register_topic

from domain.agent.events import (
    AgentCoached,
    AgentDayRecorded,
    AgentJoined,
    AgentLeft,
    AgentMoved,
)
from domain.call.events import (
    CallAbandoned,
    CallAnswered,
    CallComplaintKeyPressed,
    CallEnded,
    CallFlowedOut,
    CallHandledFor,
    CallOffered,
    CallQueued,
    CallRated,
    CallReviewed,
    CallTransferred,
)
from domain.callback.events import (
    CallbackAnswered,
    CallbackAttempted,
    CallbackCancelled,
    CallbackExpired,
    CallbackFound,
    CallbackScheduled,
    CallbackSuppressed,
)
from domain.campaign.events import (
    CampaignEnded,
    CampaignLaunched,
)
from domain.claim.events import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimCustomerNotified,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDelegationSettled,
    ClaimDispatched,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRecovered,
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)
from domain.complaint.events import (
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintAssigned,
    ComplaintChosenAsCase,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintFollowUpRecorded,
    ComplaintHandedOver,
    ComplaintLiabilityAttributed,
    ComplaintPenaltyImposed,
    ComplaintPromised,
    ComplaintReclassified,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintResolved,
    ComplaintStageMeasured,
)
from domain.customer.events import (
    CustomerCampaignAssigned,
    CustomerCampaignResponded,
    CustomerChosenAsCase,
    CustomerChurned,
    CustomerClassified,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerContractEnded,
    CustomerContractSigned,
    CustomerDissatisfied,
    CustomerErased,
    CustomerLinked,
    CustomerManagerAssigned,
    CustomerNumberReleased,
    CustomerRated,
    CustomerRatingRequested,
    CustomerRegistered,
    CustomerRepaired,
    CustomerRetentionActionTaken,
    CustomerUsageRecorded,
    CustomerWarned,
    CustomerWonBack,
)
from domain.envelope import Event
from domain.event import EventVoided
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
from domain.organisation.events import (
    OrganisationConfigured,
)
from domain.partner.events import (
    PartnerGraded,
    PartnerInspected,
    PartnerOnboarded,
    PartnerRemoved,
)
from domain.request.events import (
    RequestCancelled,
    RequestFulfilled,
    RequestHandedOver,
    RequestRaised,
    RequestReturned,
)
from domain.target.events import (
    TargetPublished,
    TargetSet,
)
from domain.unit.events import (
    UnitClosed,
    UnitGraded,
    UnitInspected,
    UnitMoved,
    UnitOpened,
)
from domain.upcasters import Upcaster, UpcastTopic
from domain.volume.events import (
    VolumeRecorded,
)

EVENTS: tuple[type[Event], ...] = (
    CallOffered,
    CallQueued,
    CallAnswered,
    CallAbandoned,
    CallFlowedOut,
    CallTransferred,
    CallHandledFor,
    CallComplaintKeyPressed,
    CallEnded,
    CallRated,
    CallReviewed,
    ComplaintFiled,
    ComplaintAssigned,
    ComplaintHandedOver,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintPromised,
    ComplaintEscalated,
    ComplaintReclassified,
    ComplaintStageMeasured,
    ComplaintLiabilityAttributed,
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintResolved,
    ComplaintFollowUpRecorded,
    ComplaintReopened,
    ComplaintClosed,
    ComplaintPenaltyImposed,
    ComplaintChosenAsCase,
    RequestRaised,
    RequestHandedOver,
    RequestReturned,
    RequestFulfilled,
    RequestCancelled,
    ClaimReported,
    ClaimDispatched,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDelegationSettled,
    ClaimDocumentReceived,
    ClaimAssessed,
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimRejected,
    ClaimPaid,
    ClaimCustomerNotified,
    ClaimRecovered,
    ClaimWithdrawn,
    ClaimClosed,
    ClaimReopened,
    CustomerRegistered,
    CustomerClassified,
    CustomerLinked,
    CustomerContractSigned,
    CustomerContractEnded,
    CustomerUsageRecorded,
    CustomerWarned,
    CustomerManagerAssigned,
    CustomerContacted,
    CustomerRetentionActionTaken,
    CustomerRatingRequested,
    CustomerRated,
    CustomerDissatisfied,
    CustomerRepaired,
    CustomerConsentChanged,
    CustomerChosenAsCase,
    CustomerCampaignAssigned,
    CustomerCampaignResponded,
    CustomerNumberReleased,
    CustomerChurned,
    CustomerWonBack,
    CustomerErased,
    UnitOpened,
    UnitMoved,
    UnitClosed,
    UnitInspected,
    UnitGraded,
    VolumeRecorded,
    CallbackScheduled,
    CallbackSuppressed,
    CallbackAttempted,
    CallbackAnswered,
    CallbackFound,
    CallbackExpired,
    CallbackCancelled,
    AgentJoined,
    AgentMoved,
    AgentCoached,
    AgentLeft,
    AgentDayRecorded,
    PartnerOnboarded,
    PartnerGraded,
    PartnerInspected,
    PartnerRemoved,
    CampaignLaunched,
    CampaignEnded,
    TargetSet,
    TargetPublished,
    MemberEnrolled,
    MemberPointsEarned,
    MemberPointsRedeemed,
    MemberPointsDrawn,
    MemberPointsExpired,
    MemberPointsReversed,
    MemberPointsRefunded,
    MemberTierChanged,
    MemberTierExtended,
    MemberEntitled,
    MemberClubVisited,
    MemberClosed,
    OrganisationConfigured,
    EventVoided,
)

UPCASTERS: tuple[Upcaster, ...] = ()

TOPICS: dict[str, type[Event]] = {event_class.TOPIC: event_class for event_class in EVENTS}


def register_topics() -> None:
    """Let the library find every event class and every superseded topic's reader by topic; idempotent."""
    for topic, event_class in TOPICS.items():
        register_topic(topic, event_class)
    for topic, reader in superseded_topics(UPCASTERS).items():
        # The library keeps any object; its annotation names classes, functions and modules only.
        register_topic(topic, cast("SupportsTopic", reader))


def superseded_topics(upcasters: tuple[Upcaster, ...]) -> dict[str, UpcastTopic]:
    """Give each superseded topic a reader that upcasts step by step to a topic in force."""
    steps = {upcaster.from_topic: upcaster for upcaster in upcasters}
    return {topic: _reader_of(topic, steps) for topic in steps}


def _reader_of(topic: str, steps: dict[str, Upcaster]) -> UpcastTopic:
    chain = []
    while topic in steps:
        chain.append(steps[topic])
        topic = steps[topic].to_topic
    return UpcastTopic(steps=tuple(chain), event_class=TOPICS[topic])
