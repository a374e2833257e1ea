-- When something falls due in a stream next, so that a job need not look at every stream.

-- A cache: what is deleted is found out again. The stream and the rules were read up to the position;
-- due_at null means never, unless something happens.
create table due_moment (
    originator_id text primary key,
    position bigint not null,
    due_at timestamptz
);
