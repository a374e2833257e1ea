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

# Moves the sequence past the positions of so many events and gives the first; for holders of the lock only.
# A rollback does not move it back: the positions are then a gap, which readers pass over.
RESERVE_POSITIONS = """
with at as materialized (
    select last_value + is_called::int as next_position
    from stored_events_notification_id_seq
)
select next_position, setval('stored_events_notification_id_seq', next_position + %s - 1)
from at
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

# How the log knows each key: 0 not at all, 1 with this content, 2 with other content. A look-up by index for
# each, whatever the planner thinks of the number of keys.
LOOK_UP_KEYS = """
select array_agg(
    coalesce(
        (
            select case when k.content = r.content then 1 else 2 end
            from append_key k
            where k.key = r.key
        ),
        0
    )
    order by r.ordinal
) as in_log
from unnest(%s::uuid[], %s::uuid[]) with ordinality as r (key, content, ordinal)
"""

# The highest version of each stream, 0 for a new one; a look-up by index for each.
LOOK_UP_VERSIONS = """
select array_agg(
    coalesce(
        (
            select max(e.originator_version)
            from stored_events e
            where e.originator_id = s.originator_id
        ),
        0
    )
    order by s.ordinal
) as highest
from unnest(%s::text[]) with ordinality as s (originator_id, ordinal)
"""

# The number of a batch whose key rows are made before its base position is known.
NEXT_BATCH = "select nextval('append_batch_batch_seq') as batch"

# Remembers where a batch begins.
INSERT_BATCH = """
insert into append_batch (batch, base_position, mapping, declares_history)
values (%s, %s, %s, %s)
"""

# The mappings whose records were told without entry times.
READ_DECLARED_HISTORIES = "select distinct mapping from append_batch where declares_history order by mapping"

# Appends finished rows of events at positions that were reserved: the server need not draw one for each row.
COPY_EVENTS = """
copy stored_events (notification_id, originator_id, originator_version, topic, state)
from stdin (format binary)
"""

# Remembers the records of a batch.
COPY_KEYS = """
copy append_key (key, content, batch, ordinal, n, mapping)
from stdin (format binary)
"""

# Wakes the library's subscriptions, which listen on the table's name.
NOTIFY = "notify stored_events"

# The events that stand for these keys, without voids and what is voided already; `record` counts the keys.
READ_EVENTS_OF_KEYS = """
select r.ordinal - 1 as record, e.notification_id as position, e.originator_id, e.originator_version,
    e.topic, convert_from(e.state, 'UTF8') as state
from unnest(%s::uuid[]) with ordinality as r (key, ordinal)
join append_key k on k.key = r.key
join append_batch b on b.batch = k.batch
cross join lateral (
    select *
    from stored_events
    where notification_id >= b.base_position + k.ordinal
        and notification_id < b.base_position + k.ordinal + k.n
) e
where e.topic <> 'event.voided'
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
order by e.notification_id
"""

# Keeps what corrected records said before.
KEEP_REPLACED_KEYS = """
insert into append_key_history (key, content, batch, ordinal, n, mapping)
select key, content, batch, ordinal, n, mapping
from append_key
where key = any(%s::uuid[])
"""

# Lets corrected records stand for their new events.
REPLACE_KEYS = """
update append_key k
set content = r.content, batch = %s, ordinal = r.ordinal, n = r.n, mapping = %s
from unnest(%s::uuid[], %s::uuid[], %s::int[], %s::int[]) as r (key, content, ordinal, n)
where k.key = r.key
"""
