-- What finds a person, what keeps one, and what is left when one was erased.

-- Keyed hash of a personal text -> whose it is; class says of what kind the text was.
create table search_term (
    term bytea not null,
    subject text not null,
    class text not null,
    primary key (term, subject)
);

create index search_term_subject_idx
on search_term (subject);

-- The first phone number of a subject is found by its key's own row: of the many calls from numbers that
-- nobody knows, each has one, and a row of its own for it would double what a call costs.
alter table subject_key add column phone bytea;

create index subject_key_phone_idx
on subject_key (phone)
where phone is not null;

-- Both, as one.
create view found_by as
select term, subject, class from search_term
union all
select phone, subject, 'phone' from subject_key where phone is not null;

-- From released_at on, the number behind this pseudonym belongs to `next`.
create table number_release (
    pseudonym uuid not null,
    released_at timestamptz not null,
    next uuid not null unique,
    primary key (pseudonym, released_at)
);

-- Who had the number of an alias, and when.
create view number_owner as
select a.alias, a.pseudonym as owner, timestamptz '-infinity' as valid_from,
    coalesce(
        (select min(n.released_at) from number_release n where n.pseudonym = a.pseudonym),
        'infinity'
    ) as valid_until
from alias a
union all
select a.alias, r.next, r.released_at,
    coalesce(
        (
            select min(n.released_at)
            from number_release n
            where n.pseudonym = r.pseudonym and n.released_at > r.released_at
        ),
        'infinity'
    )
from number_release r
join alias a using (pseudonym);

-- Rows about this alias of that period are about somebody who was erased.
create table tombstone (
    alias bytea not null,
    valid_from timestamptz not null default '-infinity',
    valid_until timestamptz not null default 'infinity',
    erased_at timestamptz not null default now(),
    primary key (alias, valid_from)
);

-- Subjects for whom no key is made any more; destroyed_at is empty while there is still one to destroy.
create table erasure (
    subject text primary key,
    requested_at timestamptz not null default now(),
    destroyed_at timestamptz
);

create index erasure_unfinished_idx
on erasure (subject)
where destroyed_at is null;

-- Why somebody may not be erased.
create table legal_hold (
    subject text not null,
    reason text not null,
    placed_at timestamptz not null,
    lifted_at timestamptz
);

create unique index legal_hold_standing_idx
on legal_hold (subject)
where lifted_at is null;

-- Rows of files that could not be used, sealed by a secret that is kept for some days.
create table rejected_row (
    id bigint generated always as identity primary key,
    mapping text not null,
    file text not null,
    line bigint not null,
    reason text not null,
    sealed bytea not null,
    sealed_by text not null,
    rejected_at timestamptz not null default now()
);

-- Aliases and search terms of whoever a rejected row is about, so that an erasure finds it.
create table rejected_row_mark (
    mark bytea not null,
    row bigint not null references rejected_row on delete cascade,
    primary key (mark, row)
);

create index rejected_row_mark_row_idx
on rejected_row_mark (row);
