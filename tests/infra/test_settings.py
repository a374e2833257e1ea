"""Settings are read from what is passed in, and an error names the key."""

from pathlib import Path

import pytest

from infra.settings import SettingError, Settings, read_settings


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
