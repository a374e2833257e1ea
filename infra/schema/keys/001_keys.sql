-- Keys and pseudonyms, apart from the events so that they can be destroyed alone.

-- One random key per person (or per stream without one), wrapped by the master key.
create table subject_key (
    subject text primary key,
    wrapped_key bytea not null,
    created_at timestamptz not null default now()
);

-- Keyed hash of issuer and personal id -> random pseudonym.
create table alias (
    alias bytea primary key,
    pseudonym uuid not null,
    created_at timestamptz not null default now()
);

create index alias_pseudonym_idx
on alias (pseudonym);

-- The store's own random keys (append keys, aliases), wrapped by the master key.
create table secret (
    name text primary key,
    wrapped bytea not null,
    created_at timestamptz not null default now()
);
