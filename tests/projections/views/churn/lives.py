"""Random lives of a few customers: everything that a feature or a label is told from, entered late or not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from domain.call import CallOffered, CallRated
from domain.complaint import ComplaintClosed, ComplaintFiled
from domain.customer import (
    CustomerChurned,
    CustomerClassified,
    CustomerContacted,
    CustomerContractEnded,
    CustomerContractSigned,
    CustomerDissatisfied,
    CustomerErased,
    CustomerLinked,
    CustomerNumberReleased,
    CustomerRated,
    CustomerRegistered,
    CustomerRepaired,
    CustomerUsageRecorded,
    CustomerWarned,
    CustomerWonBack,
)
from domain.envelope import Event
from domain.event import void
from domain.member import MemberEnrolled, MemberPointsEarned, MemberPointsRedeemed, MemberTierChanged
from domain.request import RequestRaised
from tests.projections.logs import Log, Logged

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 400
PERSONS = 3

Fields = dict[str, Any]


class Kind(NamedTuple):
    """An event that may happen: its class, its stream of a customer, and its fields at a time."""

    event_class: type[Event]
    stream: str
    fields: Callable[[int, datetime], Fields]


def _nothing(_: int, __: datetime) -> Fields:
    return {}


def _month(_: int, at: datetime) -> Fields:
    first = at.date().replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    spend = Decimal(at.day * 10)
    return {
        "period_start": first,
        "period_end": after,
        "spend": spend,
        "volume": spend,
        "plan": f"p{at.day % 3}",
    }


KINDS = (
    Kind(CustomerRegistered, "customer-x:{}", _nothing),
    Kind(CustomerRegistered, "customer-x:{}", _nothing),
    Kind(CustomerRegistered, "customer-x:{}", _nothing),
    Kind(CustomerChurned, "customer-x:{}", _nothing),
    Kind(CustomerWonBack, "customer-x:{}", _nothing),
    Kind(
        CustomerContractSigned,
        "customer-x:{}",
        lambda n, at: {
            "contract_id": f"c{at.day % 2}",
            "product": "year",
            "ends_at": at + timedelta(days=365),
        },
    ),
    Kind(CustomerContractEnded, "customer-x:{}", lambda n, at: {"contract_id": f"c{at.day % 2}"}),
    Kind(CustomerUsageRecorded, "customer-x:{}", _month),
    Kind(CustomerUsageRecorded, "customer-x:{}", _month),
    Kind(
        CustomerClassified,
        "customer-x:{}",
        lambda n, at: {"scheme": f"s{at.day % 2}", "value": f"v{at.day % 5}"},
    ),
    Kind(CustomerWarned, "customer-x:{}", lambda n, at: {"kind": "contract"}),
    Kind(CustomerContacted, "customer-x:{}", lambda n, at: {"channel": "phone", "purpose": "care"}),
    Kind(
        CustomerRated,
        "customer-x:{}",
        lambda n, at: {"survey": "mutual", "process": "repair", "score": Decimal(at.day % 6), "scale": 5},
    ),
    Kind(CustomerDissatisfied, "customer-x:{}", lambda n, at: {"process": "bill", "reason": "price"}),
    Kind(CustomerRepaired, "customer-x:{}", lambda n, at: {"how": "called"}),
    Kind(CustomerLinked, "customer-x:{}", lambda n, at: {"to": f"x:{1 + at.day % PERSONS}"}),
    Kind(CustomerNumberReleased, "customer-x:{}", _nothing),
    Kind(CustomerErased, "customer-x:{}", _nothing),
    Kind(
        CallOffered,
        "call-x:{}",
        lambda n, at: {
            "customer_id": f"x:{n}",
            "direction": "inbound" if at.day % 3 else "outbound",
            "hotline": "1",
            "channel": "phone",
        },
    ),
    Kind(CallRated, "call-x:{}", lambda n, at: {"score": Decimal(5), "scale": 5}),
    Kind(
        ComplaintFiled,
        "complaint-x:{}",
        lambda n, at: {"customer_id": f"x:{n}", "kind": "external", "channel": "phone", "category": "bill"},
    ),
    Kind(ComplaintClosed, "complaint-x:{}", _nothing),
    Kind(
        RequestRaised,
        "request-x:{}",
        lambda n, at: {
            "customer_id": f"x:{n}",
            "kind": "cancellation" if at.day % 2 else "order",
            "channel": "phone",
        },
    ),
    Kind(
        MemberEnrolled,
        "member-x:{}",
        lambda n, at: {"customer_id": f"x:{n}", "programme": "p", "tier": "silver"},
    ),
    Kind(
        MemberPointsEarned,
        "member-x:{}",
        lambda n, at: {"lot_id": f"l{at.day}", "points": Decimal(at.day), "reason": "call"},
    ),
    Kind(
        MemberPointsRedeemed,
        "member-x:{}",
        lambda n, at: {"redemption_id": f"r{at.day}", "points": Decimal(1), "venue": "shop"},
    ),
    Kind(
        MemberTierChanged,
        "member-x:{}",
        lambda n, at: {"from_tier": "silver", "to_tier": "gold", "reason": "points"},
    ),
)


class Telling(NamedTuple):
    """Who, what, when it happened, how many hours later it was entered, and whether it was taken back."""

    person: int
    kind: int
    hour: int
    delay: int
    taken_back_after: int | None


TELLINGS = st.builds(
    Telling,
    person=st.integers(1, PERSONS),
    kind=st.integers(0, len(KINDS) - 1),
    hour=st.integers(0, 24 * DAYS),
    delay=st.sampled_from((0, 0, 1, 24, 24 * 30, 24 * 200)),
    taken_back_after=st.none() | st.none() | st.integers(1, 24 * 200),
)


def lives() -> st.SearchStrategy[Log]:
    """Logs in the order of entry."""
    return st.lists(TELLINGS, min_size=15, max_size=60).map(numbered)


def numbered(tellings: list[Telling]) -> Log:
    """Events at positions, versions running within each stream, voids where they were entered."""
    entries: list[tuple[datetime, int, Event | int]] = []
    for place, one in enumerate(tellings):
        kind = KINDS[one.kind]
        at = BEGAN + timedelta(hours=one.hour, microseconds=7)
        entered = at + timedelta(hours=one.delay, microseconds=11)
        event = kind.event_class(
            originator_id=kind.stream.format(one.person),
            originator_version=1,
            occurred_at=at,
            recorded_at=entered,
            source="test",
            **kind.fields(one.person, at),
        )
        entries.append((entered, place, event))
        if one.taken_back_after is not None:
            entries.append((entered + timedelta(hours=one.taken_back_after), place, place))
    return _in_order(sorted(entries, key=lambda entry: entry[:2]))


def _in_order(entries: list[tuple[datetime, int, Event | int]]) -> Log:
    log: Log = []
    versions: dict[str, int] = {}
    told: dict[int, Event] = {}
    for position, (entered, place, what) in enumerate(entries, start=1):
        event = void(told[place], reason="entered_wrongly", now=entered) if isinstance(what, int) else what
        version = versions.get(event.originator_id, 0) + 1
        versions[event.originator_id] = version
        fields = {name: getattr(event, name) for name in event.__struct_fields__}
        told[place] = type(event)(**{**fields, "originator_version": version})
        log.append(Logged(position, told[place]))
    return log


def day(number: int) -> date:
    """The n-th day of the lives."""
    return BEGAN.date() + timedelta(days=number)
