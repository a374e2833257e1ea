-- Who sees which rows: the roles under which limited callers read, and what gives a table its policies.

-- Roles belong to the whole cluster and own nothing. An account that may not make them makes none, and whoever
-- would have to read under one is refused; the answer names those that this account cannot read under.
create function make_row_readers() returns text[]
language plpgsql
as $$
declare
    reader text;
    missing text[] := '{}';
    needed text := case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end;
begin
    foreach reader in array array['kefu_unit_reader', 'kefu_customer_reader', 'kefu_unit_customer_reader'] loop
        begin
            if not exists (select from pg_roles where rolname = reader) then
                execute format('create role %I nologin', reader);
            end if;
        exception
            when insufficient_privilege then null;
            -- Made from another database meanwhile.
            when duplicate_object or unique_violation then null;
        end;
        begin
            if not pg_has_role(current_user, reader, needed) then
                execute format('grant %I to current_user', reader);
            end if;
        exception
            when insufficient_privilege or undefined_object then missing := missing || reader;
        end;
    end loop;
    return missing;
end
$$;

-- The readers and under which condition each sees a row; null where it sees no row of the table.
create function row_readers(units text, customers text) returns table (reader name, condition text)
language sql
immutable
as $$
    values
        (name 'kefu_unit_reader', units),
        (name 'kefu_customer_reader', customers),
        (name 'kefu_unit_customer_reader', '(' || units || ') and (' || customers || ')')
$$;

-- Whether each reader that there is may read the table under its condition, and no other may read it.
create function has_row_security(protected text, units text, customers text) returns boolean
language sql
stable
as $$
    select relrowsecurity and not exists (
        select
        from row_readers(units, customers) as wanted
        join pg_roles on rolname = wanted.reader
        left join pg_policy on polrelid = pg_class.oid and polname = wanted.reader
        where obj_description(pg_policy.oid, 'pg_policy') is distinct from wanted.condition
        or has_table_privilege(wanted.reader, pg_class.oid, 'select') <> (wanted.condition is not null)
    )
    from pg_class
    where oid = to_regclass(protected)
$$;

-- Gives a table its policies and takes away those that it had. Its owner, who projects, is not subject to them.
create function protect_rows(protected text, units text, customers text) returns void
language plpgsql
as $$
declare
    wanted record;
begin
    execute format('alter table %I enable row level security', protected);
    for wanted in select r.* from row_readers(units, customers) as r join pg_roles on rolname = r.reader loop
        execute format('drop policy if exists %I on %I', wanted.reader, protected);
        execute format('revoke all on %I from %I', protected, wanted.reader);
        continue when wanted.condition is null;
        execute format(
            'create policy %1$I on %2$I for select to %1$I using (%3$s)',
            wanted.reader, protected, wanted.condition
        );
        execute format('comment on policy %I on %I is %L', wanted.reader, protected, wanted.condition);
        execute format('grant select on %I to %I', protected, wanted.reader);
    end loop;
end
$$;

do $$
begin
    perform make_row_readers();
end
$$;
