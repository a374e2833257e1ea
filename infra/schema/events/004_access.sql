-- Who may ask, and which life of the store this is.

-- The key itself is shown once and kept as its SHA-256.
create table api_key (
    prefix text primary key,
    hash bytea not null,
    role text not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);

-- Single facts about the store. Its epoch changes when it is restored from a backup.
create table store_meta (
    name text primary key,
    value text not null
);

insert into store_meta (name, value)
values ('epoch', gen_random_uuid()::text);
