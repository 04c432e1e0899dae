-- COPY pays for each index on every row, and one BRIN of both columns answers for either. Larger ranges, since a second of full load fills more
-- than a hundred pages.

drop index crypto_prices_realtime_event_time;
drop index crypto_prices_realtime_processed_at;
create index crypto_prices_realtime_times on crypto_prices_realtime using brin (event_time, processed_at) with (pages_per_range = 32, autosummarize = on);
