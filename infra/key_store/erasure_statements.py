"""What erasures ask of the key database."""

SELECT_ERASED = "select subject from erasure"
SELECT_DESTROYED = "select subject from erasure where destroyed_at is not null"
SELECT_UNFINISHED = "select subject from erasure where destroyed_at is null order by subject"
INSERT_REQUESTS = """
insert into erasure (subject)
select * from unnest(%s::text[])
on conflict do nothing
"""
# Streams of nobody known (their subject is a stream's whole id) that carry a phone of one of these subjects.
SELECT_ANONYMOUS = """
select distinct other.subject
from found_by own
join found_by other on other.term = own.term
where own.subject = any(%(subjects)s::text[])
    and own.class = 'phone'
    and split_part(other.subject, ':', 1) like '%%-%%'
    and other.subject not like 'customer-%%'
    and not other.subject = any(%(subjects)s::text[])
order by other.subject
"""
# Others with ids of their own who have the same phone: they keep what is theirs.
COUNT_SHARING = """
select count(distinct other.subject)
from found_by own
join found_by other on other.term = own.term
where own.subject = any(%(subjects)s::text[])
    and own.class = 'phone'
    and (split_part(other.subject, ':', 1) not like '%%-%%' or other.subject like 'customer-%%')
    and not other.subject = any(%(subjects)s::text[])
"""
COUNT_KEPT = """
select
    (select count(*) from subject_key where subject = any(%(subjects)s::text[])),
    (select count(*) from found_by where subject = any(%(subjects)s::text[]))
"""
SELECT_ALIASES = "select alias from number_owner where owner = any(%s::text[]::uuid[])"
BURY_ALIASES = """
insert into tombstone (alias, valid_from, valid_until)
select alias, valid_from, valid_until
from number_owner
where owner = any(%s::text[]::uuid[])
on conflict (alias, valid_from) do update set valid_until = excluded.valid_until
returning alias
"""
# An alias goes when each of its owners has a tombstone; until then the other owners need it.
DELETE_ALIASES = """
delete from alias a
where a.alias = any(%s::bytea[])
    and not exists (
        select
        from number_owner o
        where o.alias = a.alias
            and not exists (
                select
                from tombstone t
                where t.alias = o.alias and t.valid_from <= o.valid_from and o.valid_until <= t.valid_until
            )
    )
returning pseudonym
"""
DELETE_RELEASES = "delete from number_release where pseudonym = any(%s::uuid[])"
SELECT_MARKS = "select distinct term from found_by where subject = any(%s::text[])"
DELETE_REJECTED = """
delete from rejected_row
where id in (select row from rejected_row_mark where mark = any(%s::bytea[]))
"""
COUNT_REJECTED = """
select count(distinct row)
from rejected_row_mark
where mark = any(%s::bytea[])
"""
DELETE_TERMS = "delete from search_term where subject = any(%s::text[])"
DELETE_KEYS = "delete from subject_key where subject = any(%s::text[]) returning phone is not null"
MARK_DESTROYED = """
insert into erasure (subject, destroyed_at)
select *, now() from unnest(%s::text[])
on conflict (subject) do update set destroyed_at = coalesce(erasure.destroyed_at, excluded.destroyed_at)
"""
