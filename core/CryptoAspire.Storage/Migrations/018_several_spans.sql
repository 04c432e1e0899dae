-- Partitions of Bronze that catch up side by side put pages of different hours next to each other: one span from the least to the greatest time
-- of a range would then leave nothing out, several spans do. The processor summarises new ranges (SilverSummaries): autovacuum's list of ranges to
-- summarise holds 256, which is less than a catch-up fills in a second, and what does not fit is forgotten.

drop index crypto_prices_realtime_times;
create index crypto_prices_realtime_times on crypto_prices_realtime
    using brin (event_time timestamptz_minmax_multi_ops (values_per_range = 16), processed_at) with (pages_per_range = 32, autosummarize = off);
