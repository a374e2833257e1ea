-- How far each fact has come.

-- Everything up to the position is in the fact; stopped_at is the event it could not take.
create table projection_checkpoint (
    fact text primary key,
    version int not null,
    position bigint not null default 0,
    latest_occurred_at timestamptz,
    stopped_at bigint,
    error text,
    updated_at timestamptz
);

-- Events that somebody decided to leave out of a fact.
create table projection_skip (
    fact text not null,
    position bigint not null,
    reason text not null,
    skipped_at timestamptz not null default now(),
    primary key (fact, position)
);

-- The one row in which the projector says that it is alive.
create table projector_heartbeat (
    is_only_row boolean primary key default true check (is_only_row),
    pid int not null,
    beat_at timestamptz not null
);
