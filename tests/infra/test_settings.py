"""Settings are read from what is passed in, and an error names the key."""

from pathlib import Path

import pytest

from infra.settings import OidcSettings, SettingError, Settings, is_safe_address, read_settings


def test_defaults_lie_under_the_present_folder() -> None:
    assert read_settings({}) == Settings(
        home=Path.cwd() / ".kefu",
        store="default",
        database_url=None,
        master_key_file=Path.cwd() / ".kefu" / "master.key",
        mappings=None,
    )


def test_every_setting_is_taken_from_its_key(tmp_path: Path) -> None:
    environ = {
        "KEFU_HOME": str(tmp_path),
        "KEFU_STORE": "bank_2",
        "DATABASE_URL": "postgresql://me@db.example:5433/postgres",
        "KEFU_MASTER_KEY_FILE": str(tmp_path / "keys" / "master"),
        "KEFU_MAPPINGS": str(tmp_path / "mappings"),
    }
    assert read_settings(environ) == Settings(
        home=tmp_path,
        store="bank_2",
        database_url="postgresql://me@db.example:5433/postgres",
        master_key_file=tmp_path / "keys" / "master",
        mappings=tmp_path / "mappings",
    )


def test_master_key_lies_in_the_home_unless_told(tmp_path: Path) -> None:
    assert read_settings({"KEFU_HOME": str(tmp_path)}).master_key_file == tmp_path / "master.key"


def test_another_process_reads_the_same_settings(tmp_path: Path) -> None:
    settings = read_settings(
        {"KEFU_HOME": str(tmp_path), "DATABASE_URL": "postgresql://db.example/x", "KEFU_MAPPINGS": "m"}
    )
    assert read_settings(settings.environ()) == settings


@pytest.mark.parametrize("name", ["Bank", "1st", "a-b", 'x"; drop', "客服", "a" * 41, "a b"])
def test_a_store_name_that_is_no_database_name_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match="KEFU_STORE is") as refused:
        read_settings({"KEFU_STORE": name})
    assert refused.value.key == "KEFU_STORE"
    assert repr(name) in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://db/x", "db.example", "postgresql://u:secret@h:port=/x?nonsense=1"])
def test_a_bad_database_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingError, match="DATABASE_URL must be an address") as refused:
        read_settings({"DATABASE_URL": url})
    assert "secret" not in str(refused.value)


def test_the_address_of_the_server_may_be_kept_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "address"
    file.write_text("postgresql://me:secret@db.example/postgres\n")
    named = {"DATABASE_URL_FILE": str(file)}
    assert read_settings(named).database_url == "postgresql://me:secret@db.example/postgres"
    assert read_settings(named | {"DATABASE_URL": "postgresql://x/y"}).database_url == "postgresql://x/y"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_file_without_an_address_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "address"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match="DATABASE_URL_FILE is"):
        read_settings({"DATABASE_URL_FILE": str(file)})


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingError, match="KEFU_HOME must be a folder"):
        read_settings({"KEFU_HOME": str(file)})


def test_what_was_dropped_is_kept_for_thirty_days_unless_told(tmp_path: Path) -> None:
    assert (read_settings({}).inbox, read_settings({}).inbox_days) == (None, 30)
    settings = read_settings({"KEFU_INBOX": str(tmp_path), "KEFU_INBOX_DAYS": "7"})
    assert (settings.inbox, settings.inbox_days) == (tmp_path, 7)
    assert read_settings(settings.environ()) == settings


@pytest.mark.parametrize("days", ["a week", "-1", "1.5", "100000", "七"])
def test_days_that_are_none_are_refused(days: str) -> None:
    with pytest.raises(SettingError, match="KEFU_INBOX_DAYS is"):
        read_settings({"KEFU_INBOX_DAYS": days})


ISSUER = {"KEFU_OIDC_ISSUER": "https://login.example/realms/x", "KEFU_OIDC_AUDIENCE": "kefu"}


def test_without_an_issuer_only_api_keys_are_believed() -> None:
    assert read_settings({"KEFU_OIDC_AUDIENCE": "kefu"}).oidc is None


def test_an_issuer_is_read_with_its_claims_and_groups() -> None:
    settings = read_settings(
        ISSUER
        | {
            "KEFU_OIDC_ROLE_CLAIM": "groups",
            "KEFU_OIDC_ROLES": "cn=club,dc=example=club_manager; bi = bi_reader;",
            "KEFU_OIDC_UNIT_CLAIM": "branches",
            "KEFU_OIDC_MANAGER_CLAIM": "employee",
        }
    )
    assert settings.oidc == OidcSettings(
        issuer="https://login.example/realms/x",
        audience="kefu",
        role_claim="groups",
        roles={"cn=club,dc=example": "club_manager", "bi": "bi_reader"},
        unit_claim="branches",
        are_units_required=True,
        manager_claim="employee",
    )
    assert read_settings(settings.environ()) == settings
    assert read_settings(read_settings(ISSUER).environ()) == read_settings(ISSUER)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"KEFU_OIDC_ISSUER": "http://login.example"}, "KEFU_OIDC_ISSUER"),
        ({"KEFU_OIDC_ISSUER": "login.example"}, "KEFU_OIDC_ISSUER"),
        ({"KEFU_OIDC_AUDIENCE": ""}, "KEFU_OIDC_AUDIENCE"),
        ({"KEFU_OIDC_ROLES": "bi"}, "KEFU_OIDC_ROLES"),
        ({"KEFU_OIDC_ROLES": "bi=boss"}, "KEFU_OIDC_ROLES"),
        ({"KEFU_OIDC_ROLES": "=admin"}, "KEFU_OIDC_ROLES"),
    ],
)
def test_an_issuer_that_cannot_be_believed_is_refused(changes: dict[str, str], key: str) -> None:
    with pytest.raises(SettingError, match=key) as refused:
        read_settings(ISSUER | changes)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://login.example", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://[::1]:8080", True),
        ("http://127.0.0.1.example", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("http://[bad", False),
    ],
)
def test_an_address_is_safe_by_encryption_or_on_this_machine(address: str, is_safe: bool) -> None:
    assert is_safe_address(address) is is_safe
