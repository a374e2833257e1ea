"""Links join pseudonyms into persons, and never across the moment at which a number changed hands."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.customer.links import Link, Person, Release, Tenure, joined, person_of
from tests.given import START

MOMENTS = st.integers(0, 8).map(lambda minutes: START + timedelta(minutes=minutes))
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
LINKS = st.lists(st.builds(Link, NAMES, NAMES, MOMENTS), max_size=8)
RELEASES = st.lists(st.builds(Release, NAMES, MOMENTS), max_size=5)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def names(persons: frozenset[Person]) -> set[frozenset[str]]:
    return {frozenset(tenure.customer_id for tenure in person) for person in persons}


def holds(tenure: Tenure, moment: datetime) -> bool:
    return (tenure.since is None or tenure.since <= moment) and (
        tenure.until is None or moment < tenure.until
    )


def joined_the_obvious_way(links: list[Link], releases: list[Release]) -> frozenset[Person]:
    """Every link is a person of two, and persons who share a tenure are merged till none do."""

    def tenure(name: str, moment: datetime) -> Tenure:
        given_back = [release.at for release in releases if release.customer_id == name]
        return Tenure(
            name,
            since=max((told for told in given_back if told <= moment), default=None),
            until=min((told for told in given_back if told > moment), default=None),
        )

    persons = [{tenure(link.customer_id, link.at), tenure(link.to, link.at)} for link in links]
    for _ in links:
        for tenures in persons:
            for other in persons:
                if tenures & other:
                    tenures.update(other)
    return frozenset(frozenset(tenures) for tenures in persons if len(tenures) > 1)


def test_joined_over_several_links() -> None:
    assert names(joined([Link("a", "b", at(1)), Link("c", "b", at(2)), Link("d", "e", at(3))])) == {
        frozenset("abc"),
        frozenset("de"),
    }


def test_a_pseudonym_linked_to_itself_is_nobody_else() -> None:
    assert joined([Link("a", "a", at(1))]) == frozenset()


def test_whoever_has_the_number_next_is_not_joined_to_whoever_had_it() -> None:
    links = [Link("number", "old_owner", at(1)), Link("number", "new_owner", at(3))]
    assert names(joined(links)) == {frozenset({"number", "old_owner", "new_owner"})}
    assert names(joined(links, [Release("number", at(2))])) == {
        frozenset({"number", "old_owner"}),
        frozenset({"number", "new_owner"}),
    }


def test_the_moment_of_the_release_is_the_next_owners() -> None:
    (person,) = joined([Link("number", "owner", at(2))], [Release("number", at(2))])
    assert Tenure("number", since=at(2), until=None) in person


def test_the_person_behind_a_number_depends_on_the_moment() -> None:
    links = [Link("number", "old_owner", at(1)), Link("new_owner", "number", at(3))]
    told = [Release("number", at(2))]
    before = person_of("number", at=at(0), links=links, releases=told)
    after = person_of("number", at=at(9), links=links, releases=told)
    assert names(frozenset({before, after})) == {
        frozenset({"number", "old_owner"}),
        frozenset({"number", "new_owner"}),
    }


def test_whoever_is_linked_to_nobody_is_a_person_too() -> None:
    assert person_of("a", at=at(1), links=[]) == {Tenure("a")}


@given(LINKS, RELEASES)
def test_joined_as_by_merging_till_nothing_changes(links: list[Link], releases: list[Release]) -> None:
    assert joined(links, releases) == joined_the_obvious_way(links, releases)


@given(LINKS.flatmap(lambda links: st.tuples(st.just(links), st.permutations(links))), RELEASES)
def test_the_order_of_links_does_not_matter(
    orders: tuple[list[Link], list[Link]], releases: list[Release]
) -> None:
    one, other = orders
    turned = [Link(link.to, link.customer_id, link.at) for link in other]
    assert joined(one, releases) == joined(turned, list(reversed(releases)))


@given(LINKS, RELEASES)
def test_no_tenure_belongs_to_two_persons_and_none_holds_two_at_once(
    links: list[Link], releases: list[Release]
) -> None:
    tenures = [tenure for person in joined(links, releases) for tenure in person]
    assert len(tenures) == len(set(tenures))
    for moment in (at(minutes) for minutes in range(9)):
        held = [tenure.customer_id for tenure in tenures if holds(tenure, moment)]
        assert len(held) == len(set(held))


@given(LINKS, RELEASES, RELEASES)
def test_a_release_cuts_and_joins_nobody(
    links: list[Link], releases: list[Release], more: list[Release]
) -> None:
    before, after = names(joined(links, releases)), names(joined(links, [*releases, *more]))
    assert all(any(person <= whole for whole in before) for person in after)
