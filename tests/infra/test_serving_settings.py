"""Settings of serving: read from their keys, told again to another process, refused by name."""

from pathlib import Path

import pytest

from infra.serving_settings import KEYS, ServingSettings, read_serving
from infra.settings import SettingError, read_settings

LONG_ENOUGH = "a-token-of-some-length"


def everything(folder: Path) -> dict[str, str]:
    return {
        "KEFU_COST_PER_MINUTE": "1000000",
        "KEFU_REQUESTS_AT_ONCE": "20",
        "KEFU_REQUESTS_PER_CALLER": "3",
        "KEFU_ORIGINS": "https://reports.example, http://localhost:3000",
        "KEFU_OPERATIONS": str(folder),
        "KEFU_ONLY_REGISTERED": "bi_reader marketing",
        "KEFU_METRICS_TOKEN": LONG_ENOUGH,
        "KEFU_REQUEST_LOG": "stderr",
        "KEFU_ACCESS_LOG_DAYS": "90",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
    }


def test_every_setting_is_taken_from_its_key(tmp_path: Path) -> None:
    assert read_serving(everything(tmp_path)) == ServingSettings(
        cost_per_minute=1_000_000,
        requests_at_once=20,
        requests_per_caller=3,
        origins=("https://reports.example", "http://localhost:3000"),
        operations=tmp_path,
        only_registered=("bi_reader", "marketing"),
        metrics_token=LONG_ENOUGH,
        request_log="stderr",
        access_log_days=90,
        otlp_endpoint="http://localhost:4318",
    )
    assert set(everything(tmp_path)) == set(KEYS.values())


def test_another_process_reads_the_same(tmp_path: Path) -> None:
    settings = read_settings({"KEFU_HOME": str(tmp_path), **everything(tmp_path)})
    assert read_settings(settings.environ()) == settings
    assert ServingSettings().environ() == {}
    assert read_serving({}) == ServingSettings()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("KEFU_COST_PER_MINUTE", "0"),
        ("KEFU_COST_PER_MINUTE", "1e6"),
        ("KEFU_REQUESTS_AT_ONCE", "-1"),
        ("KEFU_REQUESTS_PER_CALLER", "9" * 40),
        ("KEFU_ORIGINS", "*"),
        ("KEFU_ORIGINS", "https://reports.example/"),
        ("KEFU_ORIGINS", "reports.example"),
        ("KEFU_OPERATIONS", "/no/such/folder"),
        ("KEFU_ONLY_REGISTERED", "janitor"),
        ("KEFU_METRICS_TOKEN", "short"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(key: str, text: str) -> None:
    with pytest.raises(SettingError, match=key) as refused:
        read_serving({key: text})
    assert ("short" in str(refused.value)) is False
