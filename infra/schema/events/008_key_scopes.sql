-- What a key is limited to, until when it is good, and what its maker calls it.

-- `units` are roots of subtrees of the organisation; empty is the whole of it. `manager_id` says whose customers
-- an account manager sees.
alter table api_key add column units text[] not null default '{}';
alter table api_key add column manager_id text;
alter table api_key add column expires_at timestamptz;
alter table api_key add column label text;
