-- The role that readers and dashboards log in as. It cannot log in until somebody gives it a password: `liesweep up`
-- does in its own server; elsewhere an administrator does. sweep_reader keeps what it was granted.

-- Roles belong to the cluster, not the database: a second database meets it already made, perhaps just now.
do $$
begin
  create role liesweep_reader nologin;
  alter role liesweep_reader set default_transaction_read_only = on;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then raise notice 'role liesweep_reader was not created: ask an administrator';
end
$$;

-- The second grant is for tables to come.
do $$
begin
  if exists (select from pg_roles where rolname = 'liesweep_reader') then
    grant usage on schema public to liesweep_reader;
    grant select on all tables in schema public to liesweep_reader;
    alter default privileges in schema public grant select on tables to liesweep_reader;
  end if;
end
$$;
