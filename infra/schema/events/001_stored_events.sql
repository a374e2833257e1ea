-- The library's event table with text ids, as its PostgresApplicationRecorder would create it.

create table stored_events (
    originator_id text not null,
    originator_version bigint not null,
    topic text,
    state bytea,
    notification_id bigserial,
    primary key (originator_id, originator_version)
)
with (
    autovacuum_enabled = true,
    autovacuum_vacuum_threshold = 100000000,
    autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_analyze_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.01
);

create unique index stored_events_notification_id_idx
on stored_events (notification_id asc);

-- One stored event as the library sends it.
create type stored_event_text as (
    originator_id text,
    originator_version bigint,
    topic text,
    state bytea
);
