"""Stores that are emptied after a test and, once proved to be as they were copied, used again."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, LiteralString, NamedTuple
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.postgres import Server, create_database
from infra.stores import events_database, keys_database

TEMPLATE = "template"
WITH_TABLES = "with_tables"
"""The template in which the tables of all facts stand, and no fact has a place in the log."""
# A database can be renamed when nobody is connected, which the server sees a moment after they have left.
RESTING = 1
SESSIONS_END_WITHIN = 10.0

END_SESSIONS = "select pg_terminate_backend(pid) from pg_stat_activity where datname = any(%s)"

NEWEST = "select max(oid)::bigint from pg_class"
MADE_SINCE = """
select case relkind when 'v' then 'view' else 'table' end, relname
from pg_class
where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace and oid > %s
"""
# Rows that were rolled back take space as well.
WRITTEN = """
select relname
from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace
    and relname not in ('schema_migration', 'store_meta', 'secret')
    and pg_relation_size(oid) > 0
"""
RESTART_SEQUENCES = """
select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
from pg_sequences
where last_value is not null
"""
# Statistics of tables that are empty again; PostgreSQL's own objects have numbers below 16384.
FORGET_STATISTICS = "delete from pg_statistic where starelid >= 16384"

FINGERPRINT = """
with everything (kind, said) as (
    select 'class', row(
        oid, relname, relnamespace, reltype, reloftype, relowner, relam, reltablespace, reltoastrelid,
        relhasindex, relisshared, relpersistence, relkind, relnatts, relchecks, relhasrules, relhastriggers,
        relhassubclass, relrowsecurity, relforcerowsecurity, relispopulated, relreplident, relispartition,
        relacl, reloptions, relpartbound
    )::text
    from pg_class where oid >= 16384
    union all
    select 'attribute', a::text from pg_attribute a where attrelid >= 16384
    union all
    select 'default', d::text from pg_attrdef d where oid >= 16384
    union all
    select 'index', i::text from pg_index i where indexrelid >= 16384
    union all
    select 'constraint', c::text from pg_constraint c where oid >= 16384
    union all
    select 'trigger', t::text from pg_trigger t where oid >= 16384
    union all
    select 'rule', r::text from pg_rewrite r where oid >= 16384
    union all
    select 'function', p::text from pg_proc p where oid >= 16384
    union all
    select 'type', t::text from pg_type t where oid >= 16384
    union all
    -- The schemas of temporary tables stay, empty, when a session ends.
    select 'schema', n::text from pg_namespace n
    where oid >= 16384 and nspname !~ '^pg_(toast_)?temp_[0-9]+$' or nspname = 'public'
    union all
    -- Whatever else there may be depends on something.
    select 'dependency', d::text from pg_depend d where objid >= 16384
    union all
    select 'sequence', s::text from pg_sequences s
    union all
    select 'database', row(datdba, encoding, datistemplate, datallowconn, datconnlimit, datacl)::text
    from pg_database where datname = current_database()
    union all
    select 'setting', row(setrole, setconfig)::text
    from pg_db_role_setting
    where setdatabase = (select oid from pg_database where datname = current_database())
    union all
    select 'space', row(relname, pg_relation_size(oid))::text
    from pg_class
    where relkind in ('r', 'm') and oid >= 16384
        and relname not in ('schema_migration', 'store_meta', 'secret')
    union all
    select 'migration', m::text from schema_migration m
    union all
    select 'seed', s::text from {seed} s
)
select md5(string_agg(kind || said, e'\\n' order by kind, said)) from everything
"""


class Kind(NamedTuple):
    """One of a store's databases: the table in which a new one has rows, and what takes out the others."""

    database: Callable[[str], str]
    seed: LiteralString
    unseed: LiteralString


KINDS = (
    Kind(events_database, "store_meta", "delete from store_meta where name <> 'epoch'"),
    Kind(keys_database, "secret", "delete from secret where name not in ('append', 'index')"),
)


class Mark(NamedTuple):
    """What a database was when it was copied: a hash of all that is in it, and its newest object."""

    fingerprint: str
    newest: int


class Used(NamedTuple):
    """A store in somebody's hands."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """The stores of one server that nobody uses."""

    server: Server
    template: str = TEMPLATE
    idle: list[Used] = field(default_factory=list)

    def take(self) -> Used:
        """A store as the template is, by a name that none had before: who is left over finds nothing."""
        name = f"t{uuid4().hex[:12]}"
        with self.connect() as connection:
            if len(self.idle) <= RESTING:
                return self._copied(connection, name)
            rested = self.idle.pop(0)
            for kind in KINDS:
                _rename(connection, kind.database(rested.name), kind.database(name))
        return rested._replace(name=name)

    def give_back(self, used: Used) -> bool:
        """Empty a store and keep it; drop it unless it is proved to be what it was. True if it is kept."""
        databases = [kind.database(used.name) for kind in KINDS]
        with self.connect() as connection:
            # A test may have dropped a database or a table, or closed it to everybody.
            with suppress(psycopg.Error):
                if _is_left(connection, databases) and self._is_as_copied(used):
                    self.idle.append(used)
                    return True
            for database in databases:
                connection.execute(
                    SQL("drop database if exists {} with (force)").format(Identifier(database))
                )
        return False

    def connect(self) -> Connection[Any]:
        """A connection to the server's maintenance database, in autocommit mode."""
        return Connection[Any].connect(self.server.maintenance_conninfo, autocommit=True)

    def _copied(self, connection: Connection[Any], name: str) -> Used:
        for kind in KINDS:
            create_database(connection, kind.database(name), template=kind.database(self.template))
        return Used(name=name, marks=tuple(self._mark(name, kind) for kind in KINDS))

    def _mark(self, name: str, kind: Kind) -> Mark:
        with self._open(kind.database(name)) as connection:
            (newest,) = connection.execute(NEWEST).fetchall()[0]
            return Mark(fingerprint=fingerprint(connection, kind), newest=newest)

    def _is_as_copied(self, used: Used) -> bool:
        return all(self._is_emptied(used.name, *one) for one in zip(KINDS, used.marks, strict=True))

    def _is_emptied(self, name: str, kind: Kind, mark: Mark) -> bool:
        with self._open(kind.database(name)) as connection:
            _empty(connection, kind, newest=mark.newest)
            return fingerprint(connection, kind) == mark.fingerprint

    def _open(self, database: str) -> Connection[Any]:
        return Connection[Any].connect(self.server.conninfo(database), autocommit=True)


def _is_left(connection: Connection[Any], databases: Sequence[str]) -> bool:
    """End whoever is still connected, and wait until they are gone; False if somebody stays."""
    deadline = time.monotonic() + SESSIONS_END_WITHIN
    while connection.execute(END_SESSIONS, (list(databases),)).fetchall():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def _empty(connection: Connection[Any], kind: Kind, *, newest: int) -> None:
    for sort, made in connection.execute(MADE_SINCE, (newest,)).fetchall():
        connection.execute(SQL("drop {} if exists {} cascade").format(SQL(sort), Identifier(made)))
    if written := [Identifier(table) for (table,) in connection.execute(WRITTEN).fetchall()]:
        connection.execute(SQL("truncate {} cascade").format(SQL(", ").join(written)))
    connection.execute(RESTART_SEQUENCES)
    connection.execute(FORGET_STATISTICS)
    connection.execute(kind.unseed)


def fingerprint(connection: Connection[Any], kind: Kind) -> str:
    """A hash of all that is in a database: its objects, settings and sequences, and the rows of a new one."""
    found = connection.execute(SQL(FINGERPRINT).format(seed=Identifier(kind.seed))).fetchall()
    return str(found[0][0])


def _rename(connection: Connection[Any], old: str, new: str) -> None:
    connection.execute(SQL("alter database {} rename to {}").format(Identifier(old), Identifier(new)))
