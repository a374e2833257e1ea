"""The commands of `kefu`, in the order of its help; what they work with is imported when they run."""

from pipelines.commands import (
    backup,
    demo,
    due,
    explain,
    ingest,
    key,
    mapping,
    metric,
    project,
    rebuild,
    refresh,
    restore,
    serve,
    skip,
    status,
    stop,
)

COMMANDS = (
    ("demo", "make sample files, ingest and project them, and serve the API", demo.add_arguments, demo.run),
    ("ingest", "append what is new of CSV or TSV files", ingest.add_arguments, ingest.run),
    ("mapping", "check a mapping without a file", mapping.add_arguments, mapping.run),
    ("project", "bring every fact to the end of the log", project.add_arguments, project.run),
    ("rebuild", "build facts and sums again from the log", rebuild.add_arguments, rebuild.run),
    ("refresh", "store the views as of a day", refresh.add_arguments, refresh.run),
    ("due", "tell what fell due, each at its due moment", due.add_arguments, due.run),
    ("metric", "answer a question about a metric", metric.add_arguments, metric.run),
    ("explain", "show the rows and events behind a metric", explain.add_arguments, explain.run),
    ("serve", "serve the GraphQL API", serve.add_arguments, serve.run),
    ("key", "create, list and revoke API keys", key.add_arguments, key.run),
    ("status", "show the server, the log and where every fact stands", status.add_arguments, status.run),
    ("skip", "leave an event that stopped a fact out of it", skip.add_arguments, skip.run),
    ("backup", "copy events and keys to a folder, and read the copy back", backup.add_arguments, backup.run),
    ("restore", "make a store again from a backup", restore.add_arguments, restore.run),
    ("stop", "stop the embedded PostgreSQL", stop.add_arguments, stop.run),
)
