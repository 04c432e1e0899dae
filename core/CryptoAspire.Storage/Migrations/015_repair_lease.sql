-- Producers take requests under a lease.

alter table repair_request add column touched_at timestamptz;

comment on column repair_request.touched_at is 'when the producer that works on it last said so';
