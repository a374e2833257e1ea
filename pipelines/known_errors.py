"""The errors that are a user's to put right, and the exit status of each; any other is ours."""

import sys

FAILURE, BAD_USAGE = 1, 2

KNOWN: tuple[tuple[str, str, int], ...] = (
    ("infra.settings", "SettingError", BAD_USAGE),
    ("infra.postgres.server", "ServerUnavailableError", FAILURE),
    ("infra.postgres.programs", "ClusterError", FAILURE),
    ("infra.key_store.master_key", "MasterKeyError", FAILURE),
    ("infra.key_store.rejected_rows", "NoSuchRejectError", BAD_USAGE),
    ("infra.backup.errors", "BackupError", FAILURE),
    ("infra.key_store.legal_holds", "UnderLegalHoldError", FAILURE),
    ("infra.key_store.subject_keys", "SubjectErasedError", FAILURE),
    ("infra.schema.migrations", "ChangedMigrationError", FAILURE),
    ("infra.event_store.locked_log", "LogBusyError", FAILURE),
    ("infra.api_keys", "UnknownRoleError", BAD_USAGE),
    ("domain.errors", "DomainError", FAILURE),
    ("pipelines.ingest.faults", "MappingFault", BAD_USAGE),
    ("pipelines.ingest.faults", "Fault", FAILURE),
    ("pipelines.organisation", "OrganisationFault", BAD_USAGE),
    ("pipelines.figures_file", "FiguresFault", BAD_USAGE),
    ("pipelines.what_if", "ProgrammeFault", BAD_USAGE),
    ("pipelines.segment_files", "SegmentFault", BAD_USAGE),
    ("pipelines.sample.write", "SampleUnwritable", BAD_USAGE),
    ("pipelines.sample.organisations", "NoCalls", BAD_USAGE),
    ("pipelines.sample.writing", "SheetFull", FAILURE),
    ("pipelines.commands.usage", "BadUsage", BAD_USAGE),
    ("pipelines.commands.usage", "Failed", FAILURE),
    ("projections.metrics.errors", "QuestionError", BAD_USAGE),
    ("projections.storage.reader", "NothingProjected", FAILURE),
    ("projections.storage.reader", "PositionNotReached", FAILURE),
    ("projections.runner.rebuild", "RebuildStopped", FAILURE),
    ("projections.runner.rebuild", "RecountDiffers", FAILURE),
    ("projections.runner.operate", "NotStoppedThere", BAD_USAGE),
    ("projections.segments.seal", "SegmentsUnwritable", FAILURE),
    ("psycopg", "OperationalError", FAILURE),
    ("adbc_driver_manager", "OperationalError", FAILURE),
)


def exit_status(error: BaseException) -> int | None:
    """The exit status of a known error, else None.

    Modules are named and not imported, so that a command starts quickly: what was never imported
    cannot have been raised.
    """
    for module, name, status in KNOWN:
        found = getattr(sys.modules.get(module), name, None)
        if found is not None and isinstance(error, found):
            return status
    return FAILURE if isinstance(error, PermissionError) else None
