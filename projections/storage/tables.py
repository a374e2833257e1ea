"""The tables of facts and sums, derived from their specs: created when missing, built bare for a rebuild."""

from collections.abc import Collection, Mapping

from psycopg.sql import SQL, Composable, Identifier

from projections.facts.spec import ENVELOPE, FactSpec
from projections.metrics.measures import sum_columns
from projections.storage.database import NUMERIC, Database
from projections.storage.row_security import protect_facts

SUM_KEYS: Mapping[str, str] = {"grouping": "text", "v1": "text", "v2": "text", "day": "date"}
CREATION_LOCK = 5_843_001
"""Advisory lock under which tables are created, so that two processes can start at once."""


def sum_types(fact: str) -> dict[str, str]:
    """Columns of a fact's sums table with their PostgreSQL types; empty where nothing is summed."""
    measures = {name: NUMERIC if kind == "numeric" else "bigint" for name, kind in sum_columns(fact)}
    return {**SUM_KEYS, **measures, "rows": "bigint"} if measures else {}


def create_tables(database: Database, specs: Collection[FactSpec]) -> None:
    """Create the tables, indexes and checkpoints of these facts and of their sums where they are missing."""
    with database.transaction():
        database.run(SQL("select pg_advisory_xact_lock({})").format(CREATION_LOCK))
        missing = missing_tables(database, [spec.table for spec in specs])
        for spec in specs:
            if spec.table in missing:
                create_bare(database, spec, spec.table, spec.sums_table)
                index_facts(database, spec, spec.table)
                index_sums(database, spec, spec.sums_table)
        add_missing_indexes(database, specs)
        database.run(
            SQL(
                "insert into projection_checkpoint (fact, version, position)"
                " select fact, version, 0 from unnest({}::text[], {}::int[]) as wanted (fact, version)"
                " on conflict (fact) do nothing"
            ).format([spec.name for spec in specs], [spec.version for spec in specs])
        )


def table_exists(database: Database, table: str) -> bool:
    return not missing_tables(database, [table])


def missing_tables(database: Database, tables: Collection[str]) -> list[str]:
    """Those of these tables that there are not, asked at once."""
    found = database.query(
        SQL("select named from unnest({}::text[]) as named where to_regclass(named) is null").format(
            list(tables)
        )
    )
    return found["named"].to_list()


def having_their_columns(database: Database, specs: Collection[FactSpec]) -> list[str]:
    """The facts whose tables have the columns that this program writes: a new measure is a new column."""
    found = database.query(
        SQL(
            "select attrelid::regclass::text, attname::text from pg_attribute"
            " where attrelid = any(array(select to_regclass(named) from unnest({}::text[]) as named))"
            " and attnum > 0 and not attisdropped"
        ).format([table for spec in specs for table in (spec.table, spec.sums_table)])
    )
    columns: dict[str, set[str]] = {}
    for table, column in found.rows():
        columns.setdefault(table, set()).add(column)
    return [
        spec.name
        for spec in specs
        if columns.get(spec.table) == set(spec.pg_types)
        and columns.get(spec.sums_table, set()) == set(sum_types(spec.name))
    ]


def empty_facts(database: Database, specs: Collection[FactSpec]) -> list[str]:
    """The facts that have neither rows nor sums, asked at once."""
    asked = [
        SQL("select {} as fact where not exists (select from {})").format(spec.name, Identifier(spec.table))
        + (
            SQL(" and not exists (select from {})").format(Identifier(spec.sums_table))
            if sum_types(spec.name)
            else SQL("")
        )
        for spec in specs
    ]
    return database.query(SQL(" union all ").join(asked))["fact"].to_list() if asked else []


def create_bare(database: Database, spec: FactSpec, facts: str, sums: str) -> None:
    """Create both tables without keys or indexes."""
    database.run(_create(facts, spec.pg_types, required=spec.key_names))
    protect_facts(database, {facts: spec})
    if types := sum_types(spec.name):
        database.run(_create(sums, types, required=["grouping", "day"]))


def index_facts(database: Database, spec: FactSpec, table: str) -> None:
    database.run(SQL("alter table {} add primary key ({})").format(Identifier(table), _names(spec.key_names)))
    for columns in spec.all_indexes:
        database.run(_create_index(table, columns))
    # Rows lie about as they were told, so that a few pages of block ranges find what straddles a moment.
    database.run(
        SQL("create index on {} using brin ({}) with (pages_per_range = 4, autosummarize = on)").format(
            Identifier(table), _names(list(spec.envelope_schema))
        )
    )


def add_missing_indexes(database: Database, specs: Collection[FactSpec]) -> None:
    """What this program would give a new table and an older one does not have."""
    found = database.query(
        SQL(
            'select indrelid::regclass::text as "table", pg_get_indexdef(indexrelid) as definition'
            " from pg_index where indrelid = any({}::regclass[])"
        ).format([spec.table for spec in specs])
    )
    has = {(table, definition[definition.rindex("(") + 1 : -1]) for table, definition in found.rows()}
    for spec in specs:
        for columns in spec.all_indexes:
            if (spec.table, ", ".join(columns)) not in has:
                database.run(_create_index(spec.table, columns))


def _create_index(table: str, columns: tuple[str, ...]) -> Composable:
    return SQL("create index on {} ({})").format(Identifier(table), _names(columns))


def index_sums(database: Database, spec: FactSpec, table: str) -> None:
    if sum_types(spec.name):
        database.run(
            SQL("alter table {} add unique nulls not distinct (grouping, day, v1, v2)").format(
                Identifier(table)
            )
        )


def drop(database: Database, *tables: str) -> None:
    database.run(SQL("drop table if exists {}").format(SQL(", ").join(map(Identifier, tables))))


def _create(table: str, types: Mapping[str, str], *, required: list[str]) -> Composable:
    # A row is read from its beginning: what indexes and moments look at stands there.
    first = [name for name, *_ in ENVELOPE if name in types]
    columns = SQL(", ").join(
        SQL("{} " + types[name] + (" not null" if name in required else "")).format(Identifier(name))
        for name in dict.fromkeys([*first, *required, *types])
    )
    return SQL("create table {} ({})").format(Identifier(table), columns)


def _names(columns: list[str] | tuple[str, ...]) -> Composable:
    return SQL(", ").join(map(Identifier, columns))
