-- Tables with few rows that change a hundred times a second: most dead rows go as their page is read (HOT); the rest by the number of changes,
-- not by a share of the table, and at full speed, which for some hundred pages is milliseconds.

alter table stream_offset set (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
alter table feed_progress set (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
alter table latest_price  set (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
alter table dirty_bucket  set (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
alter table candle        set (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0.02);
