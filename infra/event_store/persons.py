"""What the log says of persons: who was erased, who is the same as whom, and which streams are about whom."""

from collections.abc import Collection
from typing import Any

from psycopg import Connection

CUSTOMER = "customer-"

# An erasure cannot be taken back, so a void of it says nothing.
SELECT_ERASED = "select distinct originator_id from stored_events where topic = 'customer.erased'"

# Everybody who is linked to one of these, in either direction and through others. A link that was voided
# says nothing; nor does one told after either end was erased: who comes back is not erased with their past.
SELECT_SAME_PERSON = """
with recursive erased as (
    select originator_id, min(notification_id) as position
    from stored_events
    where topic = 'customer.erased'
    group by originator_id
),
link as materialized (
    select e.originator_id as one, 'customer-' || (convert_from(e.state, 'UTF8')::json ->> 'to') as other,
        e.notification_id as position
    from stored_events e
    where e.topic = 'customer.linked'
        and not exists (
            select
            from stored_events v
            cross join lateral (select convert_from(v.state, 'UTF8')::json as voided) s
            where v.originator_id = e.originator_id
                and v.originator_version > e.originator_version
                and v.topic = 'event.voided'
                and s.voided ->> 'topic' = e.topic
                and (s.voided ->> 'version')::bigint = e.originator_version
        )
),
standing as materialized (
    select link.one, link.other
    from link
    left join erased a on a.originator_id = link.one
    left join erased b on b.originator_id = link.other
    where link.position < coalesce(a.position, link.position + 1)
        and link.position < coalesce(b.position, link.position + 1)
),
either_way as materialized (
    select one, other from standing
    union
    select other, one from standing
),
person as (
    select unnest(%s::text[]) as originator_id
    union
    select l.other
    from person p
    join either_way l on l.one = p.originator_id
)
select originator_id from person
"""

# Streams that name one of these customers, or are named by the pseudonym of one; looks through the whole log.
SELECT_STREAMS = """
select distinct originator_id
from stored_events
where substr(originator_id, strpos(originator_id, '-') + 1) = any(%(pseudonyms)s::text[])
    or split_part(split_part(convert_from(state, 'UTF8'), '"customer_id":"', 2), '"', 1)
        = any(%(customers)s::text[])
"""

# Whom some streams name.
SELECT_CUSTOMERS_OF = """
select distinct originator_id, convert_from(state, 'UTF8')::json ->> 'customer_id'
from stored_events
where originator_id = any(%s::text[])
    and position('"customer_id":"'::bytea in state) > 0
"""
KNOWS = "select exists (select from stored_events where originator_id = any(%s::text[]))"


def erased_in_log(connection: Connection[Any]) -> set[str]:
    """The customer ids of whom the log says that they were erased."""
    return {name.removeprefix(CUSTOMER) for (name,) in connection.execute(SELECT_ERASED).fetchall()}


def same_person(connection: Connection[Any], customers: Collection[str]) -> set[str]:
    """These customer ids and all that are linked to them."""
    asked = [CUSTOMER + one for one in sorted(customers)]
    found = connection.execute(SELECT_SAME_PERSON, (asked,)).fetchall()
    return {name.removeprefix(CUSTOMER) for (name,) in found}


def streams_about(connection: Connection[Any], customers: Collection[str], *, issuer: str) -> set[str]:
    """Streams that name one of the customers, or whose own id is the pseudonym of one, made by `issuer`."""
    asked = {
        "pseudonyms": [one for one in customers if one.startswith(issuer)],
        "customers": list(customers),
    }
    return {name for (name,) in connection.execute(SELECT_STREAMS, asked).fetchall()}


def customers_of(connection: Connection[Any], streams: Collection[str]) -> dict[str, set[str]]:
    """The customer ids that each of the streams names; streams that name nobody are left out."""
    named: dict[str, set[str]] = {}
    for stream, customer in connection.execute(SELECT_CUSTOMERS_OF, (list(streams),)).fetchall():
        named.setdefault(stream, set()).add(customer)
    return named


def is_known(connection: Connection[Any], streams: Collection[str]) -> bool:
    """Whether one of these streams has an event."""
    return connection.execute(KNOWS, (list(streams),)).fetchone() == (True,)
