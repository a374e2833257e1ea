"""Every SQL statement with which the log is written, each with one line of meaning."""

# The log's one lock: any number, the same in every process that appends. Released by commit or rollback.
APPEND_LOCK = 5_204_002

LOCK_TIMEOUT = "10s"

# Waits for the other writers, at most for the timeout. An advisory lock and not LOCK TABLE, since analyze and
# vacuum hold a table lock that conflicts with EXCLUSIVE for as long as they run.
TAKE_APPEND_LOCK = "select set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)"

# The position that the next event gets. Only holders of the lock draw positions, so it cannot move meanwhile.
READ_NEXT_POSITION = """
select last_value + is_called::int as next_position
from stored_events_notification_id_seq
"""

# What is known of records by their keys, and where their first events stand.
READ_KEYS = """
select k.key, k.content, b.base_position + k.ordinal as first_position, k.n
from append_key k
join append_batch b using (batch)
where k.key = any(%s::uuid[])
"""

# The highest version of each stream that has any.
READ_HIGHEST_VERSIONS = """
select s.originator_id, v.highest
from unnest(%s::text[]) as s (originator_id)
cross join lateral (
    select max(e.originator_version) as highest
    from stored_events e
    where e.originator_id = s.originator_id
) v
where v.highest is not null
"""

# Appends events in the order given.
INSERT_EVENTS = """
insert into stored_events (originator_id, originator_version, topic, state)
select * from unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[])
returning notification_id
"""

# Remembers the records of one append, and where it begins.
INSERT_KEYS = """
with b as (
    insert into append_batch (base_position, mapping)
    values (%s, %s)
    returning batch
)
insert into append_key (key, content, batch, ordinal, n, mapping)
select r.key, r.content, b.batch, r.ordinal, r.n, r.mapping
from b
cross join unnest(%s::uuid[], %s::uuid[], %s::int[], %s::int[], %s::text[])
    as r (key, content, ordinal, n, mapping)
"""
