"""Which pg_dump and pg_restore are taken, and what is told to them."""

from pathlib import Path

import pytest

from infra.backup import BackupError
from infra.backup.programs import (
    Programs,
    address_argument,
    programs_here,
    to_dump,
    to_read,
    to_restore,
    variables,
)
from tests.conftest import installed_programs

ADDRESS = "postgresql://kefu:secret@db:5432/kefu_default"


def of(*majors: int) -> list[Programs]:
    return [Programs(folder=Path(f"/{major}"), version=f"{major}.1", major=major) for major in majors]


def test_the_wheel_brings_both_programs() -> None:
    assert 18 in {programs.major for programs in programs_here({})}


def test_installed_programs_are_found_beside_them() -> None:
    folder = installed_programs()
    if folder is None:
        pytest.skip("no PostgreSQL is installed")
    found = programs_here({"PATH": str(folder)})
    assert len(found) == len({programs.major for programs in found})
    assert [programs.major for programs in found] == sorted(programs.major for programs in found)
    assert all(Path(programs.pg_restore).is_file() for programs in found)


@pytest.mark.parametrize(("server", "taken"), [(15, 15), (16, 18), (18, 18)])
def test_a_server_is_dumped_by_its_own_version_or_the_next_newer(server: int, taken: int) -> None:
    assert to_dump(server, here=of(15, 18)).major == taken


def test_a_server_newer_than_all_is_refused() -> None:
    with pytest.raises(BackupError, match=r"needs pg_dump of PostgreSQL 19 or newer, .* there is 15, 18;"):
        to_dump(19, here=of(15, 18))
    with pytest.raises(BackupError, match="there is none"):
        to_dump(15, here=[])


@pytest.mark.parametrize(
    ("archive", "server", "taken"), [(15, 15, 15), (15, 18, 18), (18, 15, 18), (15, 16, 18), (15, 19, 18)]
)
def test_an_archive_is_restored_by_what_reads_it_and_fits_the_server(
    archive: int, server: int, taken: int
) -> None:
    assert to_restore(archive, server=server, here=of(15, 18)).major == taken


def test_an_archive_of_a_newer_version_is_refused() -> None:
    with pytest.raises(BackupError, match="needs pg_restore of PostgreSQL 18 or newer"):
        to_read(18, here=of(15))
    with pytest.raises(BackupError, match="needs pg_restore of PostgreSQL 18 or newer"):
        to_restore(18, server=15, here=of(15))


def test_a_password_is_told_to_the_program_and_to_nobody_else() -> None:
    assert "secret" not in address_argument(ADDRESS)
    assert variables(ADDRESS, {"PATH": "/bin"}) == {
        "PATH": "/bin",
        "PGPASSWORD": "secret",
        "LC_ALL": "C",
    }
    assert "PGPASSWORD" not in variables("postgresql:///kefu_default", {})


def test_a_secret_that_could_only_be_told_to_all_is_refused() -> None:
    with pytest.raises(BackupError, match="sslpassword"):
        address_argument("postgresql://kefu@db/kefu?sslpassword=secret")
