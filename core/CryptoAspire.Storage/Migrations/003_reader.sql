-- The role for BI tools and psql: reads everything of the market, writes nothing.
-- It has no login of its own; give it one with: alter role crypto_reader login password '…'.

do $$
begin
    if not exists (select from pg_roles where rolname = 'crypto_reader') then
        create role crypto_reader nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database's migration made it at the same moment: roles belong to the whole cluster
end
$$;

do $$
begin
    execute format('grant connect on database %I to crypto_reader', current_database());
end
$$;

grant usage on schema public to crypto_reader;
grant select on all tables in schema public to crypto_reader;
alter default privileges in schema public grant select on tables to crypto_reader;
