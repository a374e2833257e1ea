"""Which pseudonyms are one person: links joined into groups, and cut where a number changed hands.

A number that was given back is somebody else's from that moment on. What is joined are therefore tenures, a
pseudonym in the hands of one person, and never the people who held a number one after another.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple


class Link(NamedTuple):
    """A `customer.linked`: whose stream, to whom, and when it happened."""

    customer_id: str
    to: str
    at: datetime


class Release(NamedTuple):
    """A `customer.number_released`: whose stream, and when it happened."""

    customer_id: str
    at: datetime


class Tenure(NamedTuple):
    """A pseudonym in the hands of one person: from `since` to before `until`; None is without end."""

    customer_id: str
    since: datetime | None = None
    until: datetime | None = None


Person = frozenset[Tenure]


def joined(links: Iterable[Link], releases: Iterable[Release] = ()) -> frozenset[Person]:
    """Join linked tenures into persons; whoever is linked to nobody else is left out.

    Pass live events only, and for a moment in the past those that had happened by then.
    """
    released = moments_by_customer(releases)
    parents: dict[Tenure, Tenure] = {}
    for link in links:
        one, other = (tenure_at(end, link.at, released=released) for end in (link.customer_id, link.to))
        parents[_root(one, parents)] = _root(other, parents)
    groups: dict[Tenure, set[Tenure]] = {}
    for tenure in parents:
        groups.setdefault(_root(tenure, parents), set()).add(tenure)
    return frozenset(frozenset(group) for group in groups.values() if len(group) > 1)


def person_of(
    customer_id: str, *, at: datetime, links: Iterable[Link], releases: Iterable[Release] = ()
) -> Person:
    """Find everything that belongs to whoever held a pseudonym at a moment, linked or not."""
    told = tuple(releases)
    held = tenure_at(customer_id, at, released=moments_by_customer(told))
    alone = frozenset({held})
    return next((person for person in joined(links, told) if held in person), alone)


def moments_by_customer(releases: Iterable[Release]) -> dict[str, list[datetime]]:
    """List when each pseudonym was given back, earliest first."""
    moments: dict[str, set[datetime]] = {}
    for release in releases:
        moments.setdefault(release.customer_id, set()).add(release.at)
    return {customer_id: sorted(told) for customer_id, told in moments.items()}


def tenure_at(customer_id: str, at: datetime, *, released: Mapping[str, list[datetime]]) -> Tenure:
    """Find in whose tenure a moment lies; the moment of a release is the next one's first."""
    moments = released.get(customer_id, [])
    ended = bisect_right(moments, at)
    return Tenure(
        customer_id,
        since=moments[ended - 1] if ended else None,
        until=moments[ended] if ended < len(moments) else None,
    )


def _root(tenure: Tenure, parents: dict[Tenure, Tenure]) -> Tenure:
    """Follow the parents to the top, halving the way for whoever comes next."""
    parents.setdefault(tenure, tenure)
    while parents[tenure] != tenure:
        parents[tenure] = parents[parents[tenure]]
        tenure = parents[tenure]
    return tenure
