"""What is asked of the key database about rejected rows."""

RESERVE_IDS = "select nextval(pg_get_serial_sequence('rejected_row', 'id')) from generate_series(1, %s)"
COPY_ROWS = """
copy rejected_row (id, mapping, file, line, reason, sealed, sealed_by, rejected_at)
from stdin with (format binary)
"""
COPY_MARKS = "copy rejected_row_mark (mark, row) from stdin with (format binary)"
SELECT_KEPT = """
select id, mapping, file, line, reason, rejected_at, sealed, sealed_by
from rejected_row
where mapping = %s and file = %s and line = any(%s::bigint[])
"""
SELECT_BURIED = "select distinct alias from tombstone where alias = any(%b::bytea[])"
COUNT_ROWS = """
select count(*)
from rejected_row
where (%(mapping)s::text is null or mapping = %(mapping)s)
    and (%(file)s::text is null or file = %(file)s or right(file, length(%(file)s) + 1) = '/' || %(file)s)
    and (%(reason)s::text is null or reason = %(reason)s)
    and (%(ids)s::bigint[] is null or id = any(%(ids)s::bigint[]))
"""
SELECT_ROWS = """
select id, mapping, file, line, reason, rejected_at
from rejected_row
where (%(mapping)s::text is null or mapping = %(mapping)s)
    and (%(file)s::text is null or file = %(file)s or right(file, length(%(file)s) + 1) = '/' || %(file)s)
    and (%(reason)s::text is null or reason = %(reason)s)
    and (%(ids)s::bigint[] is null or id = any(%(ids)s::bigint[]))
order by id
limit %(limit)s
"""
SELECT_SOURCES = """
select mapping, file, max(id)
from rejected_row
where (%(mapping)s::text is null or mapping = %(mapping)s)
    and (%(file)s::text is null or file = %(file)s or right(file, length(%(file)s) + 1) = '/' || %(file)s)
    and (%(reason)s::text is null or reason = %(reason)s)
    and (%(ids)s::bigint[] is null or id = any(%(ids)s::bigint[]))
group by mapping, file
order by min(id)
"""
SELECT_HIGHEST = "select max(id) from rejected_row where mapping = %s and file = %s"
COUNT_UPTO = "select count(*) from rejected_row where mapping = %s and file = %s and id <= %s"
# Along the index on file and line, in the order of the file, each page from where the last one ended.
SELECT_PAGE = """
select id, mapping, file, line, reason, rejected_at, sealed, sealed_by
from rejected_row
where mapping = %(mapping)s
    and file = %(file)s
    and (line, id) > (%(line)s, %(id)s)
    and id <= %(upto)s
    and (%(reason)s::text is null or reason = %(reason)s)
    and (%(ids)s::bigint[] is null or id = any(%(ids)s::bigint[]))
order by line, id
limit %(size)s
"""
SELECT_ROW = """
select id, mapping, file, line, reason, rejected_at, sealed, sealed_by
from rejected_row
where id = %s
"""
SELECT_SEALED_BY = "select id, sealed_by from rejected_row where id = any(%s::bigint[])"
RENEW_ROWS = """
update rejected_row r
set reason = n.reason, sealed = n.sealed
from unnest(%s::bigint[], %s::text[], %b::bytea[]) as n (id, reason, sealed)
where r.id = n.id
returning r.id
"""
INSERT_MARKS = """
insert into rejected_row_mark (mark, row)
select *
from unnest(%b::bytea[], %s::bigint[])
on conflict do nothing
"""
DELETE_IDS = "delete from rejected_row where id = any(%s::bigint[])"
# The days in the names of secrets are written so that their order is that of the names.
DELETE_ROWS = 'delete from rejected_row where sealed_by collate "C" < %s'
DELETE_SECRETS = 'delete from secret where starts_with(name, %s) and name collate "C" < %s'
