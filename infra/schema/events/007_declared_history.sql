-- Which batches tell a history without entry times, recorded as if everybody had known it when it happened.

alter table append_batch add column declares_history boolean not null default false;
