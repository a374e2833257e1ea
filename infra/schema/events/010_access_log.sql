-- Who looked at whom, who took what away, and who told what: written once, kept for a while, never changed.

-- No personal text: customers are pseudonyms, variables have their texts left out, documents are hashes.
-- An export leaves two rows under one request_id: one before its first byte, and one when it is over.
create table access_log (
    id uuid primary key default gen_random_uuid(),
    at timestamptz not null,
    request_id text not null,
    caller text not null,
    role text not null,
    kind text not null,
    operation text,
    document text,
    variables text,
    datasets text[] not null,
    personal text[] not null,
    customers text[] not null,
    rows bigint not null,
    bytes bigint,
    ms double precision,
    outcome text not null
);

create index access_log_at_idx
on access_log (at, id);

create index access_log_caller_idx
on access_log (caller, at, id);

create index access_log_customers_idx
on access_log using gin (customers);

create index access_log_datasets_idx
on access_log using gin (datasets);
