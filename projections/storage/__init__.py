"""Facts and sums in PostgreSQL: tables, transactions and readers; the rest of `projections` is pure."""
