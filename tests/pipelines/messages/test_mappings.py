"""Which mapping takes a message is settled when the server starts; what is wrong is said with its line."""

from pathlib import Path

import pytest

from infra.settings import read_settings
from pipelines.ingest.faults import Fault, MappingFault
from pipelines.messages.mappings import read_plans
from tests.pipelines.given import CALLS, kefu
from tests.pipelines.messages.given import CALL_TYPE, MAPPING, mappings_folder


def environ(home: Path, **others: str) -> dict[str, str]:
    return {"KEFU_HOME": str(home), **others}


def test_the_mappings_of_a_store_lie_in_its_folder(tmp_path: Path) -> None:
    assert read_plans(read_settings(environ(tmp_path))) == {}
    (tmp_path / "default").mkdir()
    mappings_folder(tmp_path / "default", calls=MAPPING, files_alone=CALLS)
    assert {kind: plan.name for kind, plan in read_plans(read_settings(environ(tmp_path))).items()} == {
        CALL_TYPE: "calls"
    }


def test_one_mapping_may_take_several_types(tmp_path: Path) -> None:
    both = MAPPING.replace(CALL_TYPE, f"{CALL_TYPE}, {CALL_TYPE}.v2")
    settings = read_settings(environ(tmp_path, KEFU_MAPPINGS=str(mappings_folder(tmp_path, calls=both))))
    assert sorted(read_plans(settings)) == [CALL_TYPE, f"{CALL_TYPE}.v2"]


@pytest.mark.parametrize(
    ("texts", "name", "line", "problem"),
    [
        ({"a": MAPPING, "b": MAPPING}, "b", 2, f"'{CALL_TYPE}' is taken by mapping a already"),
        ({"a": f"{MAPPING}ordinal: true\n"}, "a", 23, "messages cannot be numbered within a file"),
        ({"a": MAPPING.replace("call.offered", "call.oferred")}, "a", 16, "did you mean 'call.offered'"),
        ({"a": CALLS.replace("key: [id]", "kee: [id]")}, "a", 5, "unknown field `kee`"),
    ],
)
def test_a_fault_names_its_mapping_and_line(
    tmp_path: Path, texts: dict[str, str], name: str, line: int, problem: str
) -> None:
    folder = mappings_folder(tmp_path, **texts)
    with pytest.raises(MappingFault) as fault:
        read_plans(read_settings(environ(tmp_path, KEFU_MAPPINGS=str(folder))))
    assert str(fault.value).startswith(f"{folder / name}.yaml, line {line}: ")
    assert problem in str(fault.value)


def test_a_folder_that_was_named_must_be_there(tmp_path: Path) -> None:
    settings = read_settings(environ(tmp_path, KEFU_MAPPINGS=str(tmp_path / "none")))
    with pytest.raises(Fault, match="none: is no folder"):
        read_plans(settings)


def test_serve_says_what_is_wrong_and_serves_nothing(tmp_path: Path) -> None:
    folder = mappings_folder(tmp_path, calls=MAPPING.replace("zone: Europe/Berlin", "zone: Berlin"))
    ran = kefu("serve", "--mappings", folder, environ=environ(tmp_path))
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"kefu: {folder}/calls.yaml, line 5: 'Berlin' is not a time zone")
