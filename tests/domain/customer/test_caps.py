"""The laws of caps: never more contacts than the limit in any window, and none refused below it."""

from datetime import timedelta

from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.customer import CustomerContacted
from domain.customer.contact import Approach, is_above_cap
from domain.customer.refusals import ContactedTooOften
from domain.customer.state import Contact, Customer
from domain.organisation.contact_rules import DEFAULT_EXEMPT_PURPOSES
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import read_rules
from domain.streams import CUSTOMER
from tests.domain.customer.examples import contact
from tests.examples import CUSTOMER_ID, NOW, registered, rule
from tests.given import Given, given

PURPOSES = st.sampled_from(["marketing", "survey", "complaint_follow_up"])
CAPPED = st.sampled_from(["any", "marketing", "survey"])
CAPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6), CAPPED), min_size=1, max_size=3)
STEPS = st.lists(st.tuples(st.integers(0, 30), PURPOSES), max_size=14)

Cap = tuple[int, int, str]


def cap_rules(caps: list[Cap]) -> list[OrganisationConfigured]:
    return [
        rule("contact_cap", f"cap {number}", f'{{"limit":{limit},"days":{days},"purpose":"{purpose}"}}')
        for number, (limit, days, purpose) in enumerate(caps)
    ]


def after_asking(story: Given, steps: list[tuple[int, str]]) -> Given:
    """Contact the customer again and again, hours after the time before, as far as that is not refused."""
    for hours, purpose in steps:
        story = story.at(story.now + timedelta(hours=hours))
        try:
            story = story.and_(replace(contact, purpose=purpose))
        except ContactedTooOften:
            continue
    return story


def in_window(made: list[CustomerContacted], last: CustomerContacted, cap: Cap) -> int:
    """Count the contacts of a cap's purpose in its days up to and with the last one."""
    _, days, purpose = cap
    return sum(
        purpose in ("any", event.purpose) and last.occurred_at - event.occurred_at < timedelta(days=days)
        for event in made
    )


@drawn(CAPS, STEPS)
def test_no_window_of_a_cap_ends_in_a_contact_beyond_its_limit_service_apart(
    caps: list[Cap], steps: list[tuple[int, str]]
) -> None:
    story = after_asking(given(CUSTOMER, registered).under(*cap_rules(caps)), steps)
    made = [event for event in story.events if isinstance(event, CustomerContacted)]
    for number, last in enumerate(made, start=1):
        counted = [cap for cap in caps if cap[2] in ("any", last.purpose)]
        is_service = last.purpose in DEFAULT_EXEMPT_PURPOSES
        assert is_service or all(in_window(made[:number], last, cap) <= cap[0] for cap in counted)


@drawn(CAPS, STEPS, PURPOSES)
def test_refused_just_where_some_cap_is_full_and_the_contacts_that_fill_it_are_told(
    caps: list[Cap], steps: list[tuple[int, str]], purpose: str
) -> None:
    contacts = tuple(Contact(at=NOW - timedelta(hours=hours), purpose=made) for hours, made in steps)
    approach = Approach(
        originator_id=CUSTOMER_ID, purpose=purpose, campaign_id=None, at=NOW, rules_day=NOW.date()
    )
    refused = is_above_cap(Customer(contacts=contacts), approach, read_rules(cap_rules(caps)))
    full = [
        limit
        for limit, days, capped in caps
        if capped in ("any", purpose)
        and sum(NOW - made.at < timedelta(days=days) and capped in ("any", made.purpose) for made in contacts)
        >= limit
    ]
    is_refused = bool(full) and purpose not in DEFAULT_EXEMPT_PURPOSES
    assert isinstance(refused, ContactedTooOften) == is_refused
    assert not isinstance(refused, ContactedTooOften) or len(refused.last_contacts) >= refused.limit
