-- What the BI role sees as crypto_prices_realtime.
--
-- Two of the queries that BI users print on every dashboard ask the whole history for a handful of rows: the newest rows, and the latest
-- price of each symbol. PostgreSQL 15 has no skip scan, so "distinct on" reads every row whatever the index; and an index on processed_at
-- made COPY take 1.8 times as long here (1 million rows: 2.7 s without, 5.0 s with), which the hot path would pay for ever.
-- So the role's search_path leads to a view that knows these two query texts, and only these, and answers them from latest_price and from
-- the newest blocks by BRIN. Any other text reads the table: at worst a query is slower, never different.

create schema bi;
grant usage on schema bi to crypto_reader;

-- The running statement, blanks and case evened out, without a final semicolon.
create function bi.statement() returns text
language sql stable
as $$ select regexp_replace(btrim(regexp_replace(lower(current_query()), '\s+', ' ', 'g')), '\s*;$', '') $$;

create function bi.asks_latest_price() returns boolean
language sql stable
as $$
    select bi.statement() ~ '^select distinct on ?\( ?symbol ?\) symbol ?, ?price ?, ?processed_at from crypto_prices_realtime order by symbol ?, ?processed_at desc$'
$$;

-- How many of the newest rows the statement asks for; 0 when it asks for something else.
create function bi.newest_rows_asked() returns integer
language sql stable
as $$
    select coalesce(substring(bi.statement() from '^select [a-z0-9_, *]+ from crypto_prices_realtime order by processed_at desc limit ([0-9]{1,4})$')::integer, 0)
$$;

-- The newest rows by processed_at: looks back a little by BRIN, and further only when that holds too few.
create function bi.newest_rows(wanted integer) returns setof public.crypto_prices_realtime
language plpgsql stable
as $$
declare
    newest timestamptz;
    reach  interval;
begin
    if wanted = 0 then
        return;
    end if;
    select max(processed_at) into newest from public.latest_price;
    foreach reach in array array[interval '1 second', interval '1 minute', interval '1 hour', interval '1 day'] loop
        if (select count(*) from (select from public.crypto_prices_realtime where processed_at >= newest - reach limit wanted) r) >= wanted then
            return query select * from public.crypto_prices_realtime where processed_at >= newest - reach order by processed_at desc limit wanted;
            return;
        end if;
    end loop;
    return query select * from public.crypto_prices_realtime order by processed_at desc limit wanted;
end
$$;

create view bi.crypto_prices_realtime as
select timestamp, symbol, base, currency, price, volume_24h, source, iteration, processed_at,
       event_time, received_at, trade_id, size, side, bid, ask, kafka_partition, kafka_offset
from public.crypto_prices_realtime
where not bi.asks_latest_price() and bi.newest_rows_asked() = 0
union all
select timestamp, symbol, base, currency, price, volume_24h, source, iteration, processed_at,
       event_time, received_at, trade_id, size, side, bid, ask, kafka_partition, kafka_offset
from bi.newest_rows(bi.newest_rows_asked())
union all
select null, symbol, null, null, last_price, null, null, null, processed_at,
       null, null, null, null, null, null, null, null, null
from (select distinct on (symbol) symbol, last_price, processed_at from public.latest_price order by symbol, processed_at desc) l
where bi.asks_latest_price();

comment on view bi.crypto_prices_realtime is 'the table of that name, with two well-known whole-history queries answered without reading it all';

grant select on bi.crypto_prices_realtime to crypto_reader;
grant execute on all functions in schema bi to crypto_reader;

do $$
begin
    execute format('alter role crypto_reader in database %I set search_path = bi, public', current_database());
end
$$;
