"""Customers and agents are seen as they were: tiers, classes, roles and teams as of each row's time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import Answer, answer
from projections.metrics.errors import DimensionCannotBeAsked
from projections.metrics.explain import explained_rows
from projections.metrics.explained_roles import group_column
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, complaint, frame, volume
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
START = at("2024-01-01T00:00")
CUSTOMERS = ("x:1", "x:2", "x:3", "x:4")
Told = list[dict[str, Any]]

days = st.integers(0, 60).map(lambda number: START + timedelta(days=number))
customers = st.sampled_from(CUSTOMERS)
calls = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": st.none() | customers,
            "agent_id": st.sampled_from([None, "a1", "a2"]),
            "offered_at": days,
        }
    ),
    max_size=8,
)
classes = st.lists(
    st.fixed_dictionaries(
        {
            "customer": customers,
            "scheme": st.sampled_from(["value", "brand"]),
            "value": st.sampled_from(["high", "low"]),
            "classified_at": days,
        }
    ),
    max_size=8,
)
links = st.lists(st.tuples(customers, customers).filter(lambda pair: pair[0] != pair[1]), max_size=4)
releases = st.lists(st.tuples(customers, days), max_size=2)
tiers = st.lists(
    st.fixed_dictionaries(
        {
            "member": st.sampled_from(["m:1", "m:2", "m:3"]),
            "move": st.sampled_from(["enrolled", "changed", "changed", "closed"]),
            "tier": st.sampled_from(["gold", "silver"]),
            "moved_at": days,
        }
    ),
    max_size=8,
)
places = st.lists(
    st.fixed_dictionaries(
        {
            "agent": st.sampled_from(["a1", "a2"]),
            "role": st.sampled_from([None, "phone", "lead"]),
            "team": st.sampled_from([None, "1", "2"]),
            "moved_at": days,
        }
    ),
    max_size=6,
)
MEMBER_OF = {"m:1": "x:1", "m:2": "x:2", "m:3": "x:1"}


def told(fact: str, rows: Sequence[Mapping[str, Any]], *, time: str) -> pl.DataFrame:
    """Rows of one telling each: happened at their time, told in their order."""
    return frame(
        fact,
        [
            {"version": n, "first_occurred_at": row[time], "last_occurred_at": row[time], "last_position": n}
            | dict(row)
            for n, row in enumerate(rows)
        ],
    )


def class_rows(rows: Told) -> pl.DataFrame:
    return told(
        "customer_classes",
        [row | {"customer": f"customer-{row['customer']}"} for row in rows],
        time="classified_at",
    )


def link_rows(
    links: Sequence[tuple[str, str]], releases: Sequence[tuple[str, datetime]] = ()
) -> pl.DataFrame:
    linked = [{"customer": f"customer-{one}", "to": to, "linked_at": START} for one, to in links]
    given_back = [{"customer": f"customer-{one}", "released_at": when} for one, when in releases]
    return frame("customer_links", [row | {"version": n} for n, row in enumerate([*linked, *given_back])])


def tier_rows(rows: Told) -> pl.DataFrame:
    """Only an enrolment names the customer."""
    named = [
        row
        | {"member": f"member-{row['member']}", "tier": None, "to_tier": None}
        | {"tier" if row["move"] == "enrolled" else "to_tier": row["tier"]}
        | {"customer_id": MEMBER_OF[row["member"]] if row["move"] == "enrolled" else None}
        for row in rows
    ]
    return told("member_tiers", named, time="moved_at")


def call_rows(rows: Told) -> pl.DataFrame:
    return frame("calls", [call(n, **row) for n, row in enumerate(rows)])


def asked(metric: str = "calls", **more: Any) -> Question:
    whole: dict[str, Any] = {"start": date(2024, 1, 1), "end": date(2024, 4, 1)} | more
    return Question(metric=metric, **whole)


def counted(answers: list[Answer]) -> Counter[Any]:
    return Counter({next(iter(one.by.values())): one.numerator for one in answers})


def agree(source: Memory, name: str, wanted: Sequence[str | None]) -> None:
    """Groups, filters and explanations of a dimension count what was looked up by hand."""
    assert counted(answer(source, asked(by=(name,)), now=NOW)) == Counter(wanted)
    rows = explained_rows(source, asked(by=(name,)), now=NOW).filter(pl.col("role") == "numerator")
    assert Counter(rows[group_column(name)]) == Counter(wanted)
    for value in {None, *wanted}:
        found = answer(source, asked(where={name: [value]}), now=NOW)
        assert sum(one.value or 0 for one in found) == wanted.count(value)


def last(rows: Told, time: str, moment: datetime) -> dict[str, Any] | None:
    """The last told of the latest that had happened by a moment, itself included."""
    before = [(row[time], n) for n, row in enumerate(rows) if row[time] <= moment]
    return rows[max(before)[1]] if before else None


def person_at(
    customer: str,
    moment: datetime,
    links: Sequence[tuple[str, str]],
    releases: Sequence[tuple[str, datetime]],
) -> set[tuple[str, int]]:
    """All (pseudonym, number of its releases before) of whoever held a pseudonym at a moment."""

    def held(one: str, when: datetime) -> tuple[str, int]:
        return one, len({released for who, released in releases if who == one and released <= when})

    mine = {held(customer, moment)}
    for _ in CUSTOMERS:
        for one, other in links:
            ends = {held(one, START), held(other, START)}
            mine |= ends if ends & mine else set()
    return mine


@given(calls, classes, links, releases)
@settings(max_examples=30, deadline=None)
def test_a_class_is_the_persons_last_before_the_call(
    calls: Told, classes: Told, links: list[tuple[str, str]], releases: list[tuple[str, datetime]]
) -> None:
    source = Memory(
        {
            "calls": call_rows(calls),
            "customer_classes": class_rows(classes),
            "customer_links": link_rows(links, releases),
        }
    )

    def value(caller: str | None, moment: datetime) -> str | None:
        if caller is None:
            return None
        person = person_at(caller, moment, links, releases)
        mine = [
            row
            for row in classes
            if row["scheme"] == "brand"
            and person & person_at(row["customer"], row["classified_at"], links, releases)
        ]
        found = last(mine, "classified_at", moment)
        return found["value"] if found else None

    agree(source, "brand", [value(row["customer_id"], row["offered_at"]) for row in calls])


@given(calls, tiers)
@settings(max_examples=30, deadline=None)
def test_a_tier_is_that_of_the_membership_that_runs_and_changed_last(calls: Told, tiers: Told) -> None:
    source = Memory({"calls": call_rows(calls), "member_tiers": tier_rows(tiers)})

    def value(caller: str | None, moment: datetime) -> str | None:
        enrolled = {row["member"] for row in tiers if row["move"] == "enrolled"}
        running = []
        for member in enrolled:
            mine = [row | {"n": n} for n, row in enumerate(tiers) if row["member"] == member]
            found = last(mine, "moved_at", moment)
            if MEMBER_OF[member] == caller and found and found["move"] != "closed":
                running.append((found["moved_at"], found["n"], found["tier"]))
        return max(running)[2] if running else None

    agree(source, "member_tier", [value(row["customer_id"], row["offered_at"]) for row in calls])


@given(calls, places, st.sampled_from(["role", "team"]))
@settings(max_examples=25, deadline=None)
def test_a_place_is_the_last_that_was_named_for_the_agent(calls: Told, places: Told, place: str) -> None:
    moves = told("agent_moves", [row | {"agent": f"agent-{row['agent']}"} for row in places], time="moved_at")

    def value(agent: str | None, moment: datetime) -> str | None:
        mine = [row for row in places if row["agent"] == agent and row[place] is not None]
        found = last(mine, "moved_at", moment)
        return found[place] if found else None

    source = Memory({"calls": call_rows(calls), "agent_moves": moves})
    agree(source, place, [value(row["agent_id"], row["offered_at"]) for row in calls])


def test_what_was_not_known_yet_is_not_joined() -> None:
    classified = {"customer": "x:1", "scheme": "value", "value": "high", "classified_at": START}
    source = Memory(
        {
            "calls": call_rows(
                [{"customer_id": "x:1", "offered_at": at("2024-01-10T00:00"), "last_position": 0}]
            ),
            "customer_classes": class_rows([classified | {"last_recorded_at": at("2024-03-01T00:00")}]),
        }
    )
    for known_at, value in ((at("2024-02-01T00:00"), None), (at("2024-03-02T00:00"), "high")):
        (only,) = answer(source, asked(by=("value",), known_at=known_at), now=NOW)
        assert only.by == {"value": value}
    assert answer(source, asked(by=("value",)), now=NOW)[0].as_json()["by_value"] == "high"


def test_linked_pseudonyms_are_one_customer() -> None:
    source = Memory(
        {
            "calls": call_rows([{"customer_id": one} for one in ("x:1", "x:2", "x:3")]),
            "customer_links": link_rows([("x:1", "x:2")]),
        }
    )
    assert counted(answer(source, asked(by=("customer_id",)), now=NOW)) == {"x:2": 2, "x:3": 1}
    for one in ("x:1", "x:2"):
        (only,) = answer(source, asked(where={"customer_id": [one]}), now=NOW)
        assert only.value == 2


def test_links_in_a_circle_end() -> None:
    source = Memory(
        {
            "calls": call_rows([{"customer_id": one} for one in CUSTOMERS]),
            "customer_links": link_rows([("x:1", "x:2"), ("x:2", "x:3"), ("x:3", "x:1")]),
        }
    )
    assert counted(answer(source, asked(by=("customer_id",)), now=NOW)) == {"x:1": 3, "x:4": 1}


def test_a_class_of_accounts_is_the_class_of_the_base() -> None:
    classified = {"customer": "x:1", "scheme": "account_class", "value": "key", "classified_at": START}
    source = Memory(
        {
            "complaints": frame("complaints", [complaint(1, customer_id="x:1"), complaint(2)]),
            "customer_classes": class_rows([classified]),
            "volumes": frame(
                "volumes",
                [
                    volume(
                        "waybills",
                        START,
                        at("2024-02-01T00:00"),
                        5_000,
                        volume="volume-x:waybills/key",
                        customer_class="key",
                    ),
                    volume("waybills", START, at("2024-02-01T00:00"), 9_000),
                ],
            ),
        }
    )
    found = answer(source, asked("complaint_rate", by=("account_class",)), now=NOW)
    assert [(one.by["account_class"], one.value) for one in found if one.value is not None] == [("key", 2.0)]


def test_a_tier_cannot_be_asked_of_a_base_that_has_no_customers() -> None:
    with pytest.raises(DimensionCannotBeAsked, match="account_class"):
        answer(Memory({}), asked("complaint_rate", by=("member_tier",)), now=NOW)
