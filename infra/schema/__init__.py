"""The tables of both databases as numbered .sql files, applied in order and recorded."""

from infra.schema.migrations import ChangedMigrationError, apply_migrations, migrations

__all__ = ["ChangedMigrationError", "apply_migrations", "migrations"]
