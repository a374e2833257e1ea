"""Where Kefu runs: settings, PostgreSQL, stores, the event store, keys. Knows nothing of the rest."""
