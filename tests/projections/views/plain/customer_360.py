"""The 360 view once more by hand: one person after the other, every fact searched for what is theirs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.customer.links import Link, Person, Release, Tenure, moments_by_customer, person_of, tenure_at

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
ZONE = ZoneInfo("Asia/Shanghai")
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
OWN_FACTS = ("customers", "customer_classes", "contracts", "consents", "dissatisfactions")
WITHOUT_TIMES = (*OWN_FACTS, "churns", "usage_months")
"""Facts whose rows count even where nobody told when."""
TIMES = {
    "customer_classes": "classified_at",
    "contracts": "signed_at",
    "consents": "changed_at",
    "dissatisfactions": "dissatisfied_at",
    "churns": "churned_at",
    "usage_months": "told_at",
    "contacts": "contacted_at",
    "customer_ratings": "rated_at",
    "warnings": "warned_at",
    "retention_actions": "taken_at",
    "calls": "offered_at",
    "callbacks": "answered_at",
    "callback_attempts": "attempted_at",
    "complaints": "filed_at",
    "members": "enrolled_at",
    "member_lots": "opened_at",
}
SCHEMES = ("value", "brand", "market", "account", "account_class", "lifecycle", "sensitivity", "relation")


class Plain:
    """Rows of facts at a moment, asked about one person after the other."""

    def __init__(self, rows: Rows, moment: datetime) -> None:
        self.rows, self.moment = rows, moment
        self.day = (moment - timedelta(microseconds=1)).astimezone(ZONE).date()
        told = rows["customer_links"]
        self.links = [Link(own(row), row["to"], row["linked_at"]) for row in told if row["to"]]
        self.releases = [Release(own(row), row["released_at"]) for row in told if row["released_at"]]
        self.released = moments_by_customer(self.releases)

    def view(self) -> dict[str, dict[str, Any]]:
        """The row of everybody listed, by customer_id."""
        streams = {own(row) for fact in OWN_FACTS for row in self.rows[fact]}
        streams |= {link.customer_id for link in self.links} | {link.to for link in self.links}
        people = {self.person(one) for one in streams}
        rows = [self.row(person) for person in people if self.is_listed(person)]
        return {row["customer_id"]: row for row in rows}

    def person(self, customer: str) -> Person:
        """Who holds a pseudonym now."""
        return person_of(customer, at=self.moment, links=self.links, releases=self.releases)

    def name(self, person: Person) -> str:
        """Whom the links lead to while it is theirs, else the first that is."""
        onward = {link.customer_id for link in self.links}
        names = sorted(tenure.customer_id for tenure in person)
        name = next((one for one in names if one not in onward), names[0])
        held = sorted(tenure.customer_id for tenure in person if tenure.until is None)
        return name if name in held else held[0]

    def of(self, person: Person, fact: str, *, since: int | None = None) -> list[Row]:
        """Rows about a person, in order of their time; of the last so many days only."""
        time = TIMES[fact]
        told = [row for row in self.rows[fact] if row[time] is not None or fact in WITHOUT_TIMES]
        mine = [row for row in told if self.is_about(person, own(row), row[time])]
        kept = [row for row in mine if since is None or row[time] >= self.begin(since)]
        return sorted(kept, key=lambda row: (row[time] or BEGINNING, row["last_position"]))

    def is_about(self, person: Person, customer: str | None, at: datetime | None) -> bool:
        """Whether somebody held a pseudonym at a time; who never gave theirs back always did."""
        if customer is None:
            return False
        if at is None:
            return customer not in self.released and Tenure(customer) in person
        return tenure_at(customer, at, released=self.released) in person

    def registrations(self, person: Person) -> list[Row]:
        """The rows of a person's own streams, those registered last at the end."""
        mine = [
            row
            for row in self.rows["customers"]
            if self.is_about(person, own(row), row["registered_at"] or row["first_occurred_at"])
        ]
        return sorted(mine, key=lambda row: (row["registered_at"] or BEGINNING, row["customer"]))

    def is_listed(self, person: Person) -> bool:
        """Listed is of whom something is told, and who was not erased."""
        registered = self.registrations(person)
        told = registered or any(self.of(person, fact) for fact in OWN_FACTS[1:])
        return bool(told) and not any(row["erased_at"] for row in registered)

    def begin(self, days: int) -> datetime:
        """When a window of so many local days begins."""
        first = self.day - timedelta(days=days - 1)
        return datetime(first.year, first.month, first.day, tzinfo=ZONE)

    def row(self, person: Person) -> dict[str, Any]:
        """Every column of one person."""
        parts = (self.who, self.classes, self.contract, self.usage, self.service, self.reached, self.points)
        return {name: value for part in parts for name, value in part(person).items()}

    def who(self, person: Person) -> dict[str, Any]:
        rows = self.registrations(person)
        here = [row for row in rows if row["registered_at"] and not row["churned_at"]]
        left = sorted(
            (row for row in rows if row["churned_at"]), key=lambda r: (r["churned_at"], r["customer"])
        )
        gone = left[-1] if left and not here else {"churned_at": None, "churn_reason": None}
        return {
            "customer_id": self.name(person),
            "is_customer": bool(here),
            "registrations": len(here),
            "registered_at": min((r["registered_at"] for r in rows if r["registered_at"]), default=None),
            "churned_at": gone["churned_at"],
            "churn_reason": gone["churn_reason"],
            **{name: last(rows, name) for name in ("unit", "tier", "manager_a", "manager_b")},
        }

    def classes(self, person: Person) -> dict[str, Any]:
        told = [row for row in self.of(person, "customer_classes") if row["classified_at"]]
        left = [row for row in self.of(person, "churns") if row["churned_at"]]
        found = {}
        for scheme in SCHEMES:
            given = [row for row in told if row["scheme"] == scheme]
            if scheme == "value":
                given = [row for row in given if not any(_ends(churn, row) for churn in left)]
            found["value_class" if scheme == "value" else scheme] = given[-1]["value"] if given else None
        return found

    def contract(self, person: Person) -> dict[str, Any]:
        running = [r for r in self.of(person, "contracts") if r["signed_at"] and not r["ended_at"]]
        tomorrow = self.begin(0)
        ahead = sorted((r for r in running if r["ends_at"] and r["ends_at"] >= tomorrow), key=_end)
        endless = sorted((r for r in running if not r["ends_at"]), key=_named)
        over = [r for r in running if r["ends_at"] and r["ends_at"] < tomorrow]
        over.sort(key=lambda r: (-r["ends_at"].timestamp(), *_named(r)))
        nexts = [*ahead, *endless, *over, {"product": None, "bundle": None, "ends_at": None}][0]
        return {
            "contracts": len(running),
            "product": nexts["product"],
            "bundle": nexts["bundle"],
            "contract_ends_at": nexts["ends_at"],
        }

    def usage(self, person: Person) -> dict[str, Any]:
        first = self.day - timedelta(days=183)
        rows = [r for r in self.of(person, "usage_months") if r["period_start"] >= first]
        if not rows:
            return dict.fromkeys(("spend_last_month", "spend_mean_3_months", "last_usage_month"))
        latest = max(_month(r["period_start"]) for r in rows)
        three = [r for r in rows if _month(r["period_start"]) > latest - 3]
        return {
            "spend_last_month": _mean([r for r in three if _month(r["period_start"]) == latest]),
            "spend_mean_3_months": _mean(three),
            "last_usage_month": max(r["period_start"] for r in rows),
        }

    def service(self, person: Person) -> dict[str, Any]:
        calls = self.of(person, "calls", since=180)
        inbound = [r["offered_at"] for r in calls if r["direction"] == "inbound"]
        filed = [r["filed_at"] for r in self.of(person, "complaints")]
        rated = [
            (r["rated_at"], _is_satisfied(r, "rating_satisfied", "rating_score", "rating_scale"))
            for r in calls
        ]
        for fact in ("callbacks", "customer_ratings"):
            rated += [(r[TIMES[fact]], _is_satisfied(r)) for r in self.of(person, fact, since=180)]
        said = sorted((at, not word) for at, word in rated if at is not None and word is not None)
        return {
            "calls_30_days": sum(at >= self.begin(30) for at in inbound),
            "calls_90_days": sum(at >= self.begin(90) for at in inbound),
            "last_inbound_at": max(inbound, default=None),
            "complaints_90_days": sum(at >= self.begin(90) for at in filed),
            "complaints_365_days": sum(at >= self.begin(365) for at in filed),
            "open_complaints": sum(r["closed_at"] is None for r in self.of(person, "complaints")),
            "last_complaint_at": max(filed, default=None),
            "last_rated_at": said[-1][0] if said else None,
            "last_rating_satisfied": not said[-1][1] if said else None,
            "dissatisfied_open": sum(r["repaired_at"] is None for r in self.of(person, "dissatisfactions")),
        }

    def reached(self, person: Person) -> dict[str, Any]:
        told = [r for r in self.of(person, "contacts", since=30) if r["channel"] != "callback"]
        attempts = [r["attempted_at"] for r in self.of(person, "callback_attempts")]
        own_word = [r["last_contacted_at"] for r in self.registrations(person) if r["last_contacted_at"]]
        taken = [r["taken_at"] for r in self.of(person, "retention_actions")]
        acted = max([*own_word, *taken], default=BEGINNING)
        said = [r for r in self.of(person, "consents") if r["purpose"] in ("marketing", "any")]
        warned = self.of(person, "warnings", since=90)
        return {
            "outbound_contacts_30_days": len(told) + sum(at >= self.begin(30) for at in attempts),
            "last_contacted_at": max([*own_word, *attempts], default=None),
            "consent_marketing": said[-1]["granted"] if said else None,
            "open_warnings": sum(acted < row["warned_at"] for row in warned),
            "last_retention_action_at": max(taken, default=None),
        }

    def points(self, person: Person) -> dict[str, Any]:
        members = self.of(person, "members")
        running = [r for r in members if not r["closed_at"]]
        running.sort(key=lambda r: (r["moved_at"] or r["enrolled_at"], r["member"]))
        held = running[-1] if running else None
        lots = self.of(person, "member_lots")
        until = self.begin(0) + timedelta(days=90)
        lapsing = [
            r["balance"] or 0 for r in lots if r["expires_at"] and self.begin(0) <= r["expires_at"] < until
        ]
        return {
            "member_id": held and held["member"].removeprefix("member-"),
            "member_tier": held and (held["moved_to"] or held["enrolled_tier"]),
            "last_redeemed_at": max(
                (r["last_redeemed_at"] for r in members if r["last_redeemed_at"]), default=None
            ),
            "points_balance": sum((r["balance"] or 0 for r in lots), Decimal(0)) if lots else None,
            "points_expiring_90_days": sum((b for b in lapsing if b > 0), Decimal(0)) if lots else None,
        }


def own(row: Row) -> str:
    """Whom a row is about: by its stream, else by the id that it tells."""
    stream: str = row["customer"] if "customer" in row else row["customer_id"]
    return stream.removeprefix("customer-") if stream else stream


def last(rows: Sequence[Row], name: str) -> Any:
    """The last value that is told."""
    return next((row[name] for row in reversed(rows) if row[name] is not None), None)


def _ends(churn: Row, given: Row) -> bool:
    return bool(churn["customer"] == given["customer"] and churn["churned_at"] >= given["classified_at"])


def _named(contract: Row) -> tuple[str, str]:
    return contract["contract_id"], contract["customer"]


def _end(contract: Row) -> tuple[datetime, str, str]:
    return contract["ends_at"], *_named(contract)


def _month(day: Any) -> int:
    return 12 * int(day.year) + int(day.month)


def _mean(periods: Sequence[Row]) -> Decimal:
    """Spend a month, cut to four places."""
    spent = sum(int((row["spend"] or 0) * 10_000) for row in periods)
    months = sum(_covered(row) for row in periods)
    return Decimal(spent // months) / 10_000


def _covered(period: Row) -> int:
    if period["period_end"] is None:
        return 1
    return max(1, _month(period["period_end"]) - _month(period["period_start"]))


def _is_satisfied(
    row: Row, word: str = "satisfied", score: str = "score", scale: str = "scale"
) -> bool | None:
    """The customer's own word, else the two top boxes."""
    if row[word] is not None:
        return bool(row[word])
    if row[score] is None or row[scale] is None:
        return None
    return bool(row[score] >= max(row[scale] - 1, min(row[scale], 2)))
