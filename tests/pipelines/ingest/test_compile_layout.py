"""What a mapping says of a layout: keys of other types and values that cannot be are faults with a line."""

from pathlib import Path

import pytest

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import FileFault, MappingFault
from tests.pipelines.given import CALLS, ROWS, desk

NAMES = "[id, came, line, customer, wait]"

FAULTS = {
    "sheet of a CSV file": (
        "{type: csv, sheet: 1}",
        "sheet means nothing for csv, it is of excel; leave it out",
    ),
    "separator of NDJSON": (
        "{type: ndjson, separator: ';'}",
        "separator means nothing for ndjson, it is of csv and tsv",
    ),
    "records of a CSV file": ("{records: data.rows}", "records means nothing for csv, it is of json"),
    "records of a workbook": ("{type: excel, records: data}", "records means nothing for excel"),
    "header of NDJSON": ("{type: ndjson, header: [id]}", "header means nothing for ndjson"),
    "header of Parquet": ("{type: parquet, header: [id]}", "header means nothing for parquet"),
    "header of JSON": ("{type: json, header: [id]}", "header means nothing for json"),
    "skip of Parquet": ("{type: parquet, skip: 0}", "skip means nothing for parquet"),
    "encoding of a workbook": ("{type: excel, encoding: utf8}", "encoding means nothing for excel"),
    "quote of JSON": ("{type: json, quote: null}", "quote means nothing for json"),
    "unknown encoding": ("{encoding: gb1830}", "'gb1830' is no encoding of text; did you mean gb18030"),
    "no encoding at all": ("{encoding: klingon}", "'klingon' is no encoding of text; "),
    "a codec of bytes": ("{encoding: base64}", "'base64' is no encoding of text"),
    "a codec of names": ("{encoding: idna}", "'idna' is no encoding of text"),
    "a codec that fails": ("{encoding: undefined}", "'undefined' is no encoding of text"),
    "two separators": ("{separator: ';;'}", "must be one ASCII character each, and ';;' is not"),
    "a wide separator": ("{separator: '，'}", "must be one ASCII character each"),
    "a line break for a separator": ('{separator: "\\n"}', "must be one ASCII character each"),
    "no quote": ("{quote: ''}", "must be one ASCII character each"),
    "one mark for two": ("{separator: '\"'}", "separator and quote are both '\"'; set quote to null"),
    "skip below 0": ("{skip: -1}", "is below 0"),
    "skip no number": ("{skip: many}", "Expected `int`, got `str`"),
    "a column twice": ("{header: [id, id]}", "names 'id' twice"),
    "a column without a name": ("{header: [id, ' ']}", "' ' is no name of a column"),
    "a column that is not there": (
        "{header: [id, came, line, customer]}",
        "reads 'wait', which is not in format.header",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str, tmp_path: Path) -> None:
    layout, says = FAULTS[fault]
    path = tmp_path / "desk.yaml"
    path.write_text(CALLS.replace("zone:", f"format: {layout}\nzone:"), encoding="utf-8")
    with pytest.raises(MappingFault) as raised:
        read_mapping(path)
    assert says in str(raised.value)
    assert raised.value.line == (8 if "is not in format.header" in says else 4)


def laid_out(layout: str) -> str:
    return CALLS.replace("zone:", f"format: {layout}\nzone:")


def test_a_file_without_a_header_has_that_of_its_mapping(tmp_path: Path) -> None:
    told = desk(tmp_path).told()
    made = desk(tmp_path, ROWS.partition("\n")[2], mapping=laid_out(f"{{header: {NAMES}}}"))
    assert made.told() == told
    assert made.rejects() == [(3, "test_call")]


def test_a_file_that_has_its_header_after_all_is_not_taken_for_a_row(tmp_path: Path) -> None:
    with pytest.raises(
        FileFault, match=r"begins with its header; set format.skip to 1, or leave format.header"
    ):
        desk(tmp_path, mapping=laid_out(f"{{header: {NAMES}}}")).rehearse()
    told = desk(tmp_path).told()
    assert desk(tmp_path, mapping=laid_out(f"{{header: {NAMES}, skip: 1}}")).told() == told


def test_an_empty_file_without_a_header_is_an_empty_table(tmp_path: Path) -> None:
    assert desk(tmp_path, "", mapping=laid_out(f"{{header: {NAMES}}}")).rehearse().account.records == 0


def test_lines_before_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    made = desk(tmp_path, f'Calls of "January\n\n{ROWS}', mapping=laid_out("{skip: 2}"))
    assert made.rejects() == [(6, "test_call")]
    assert made.rehearse().account.appended == 2


def test_a_header_further_down_is_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=r"has its header in line 3; set format.skip to 2"):
        desk(tmp_path, f"Calls\nof January\n{ROWS}").rehearse()


def test_a_file_shorter_than_what_is_to_be_skipped_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=r"ends before its rows: format.skip says that 9 lines"):
        desk(tmp_path, mapping=laid_out("{skip: 9}")).rehearse()


def test_texts_that_mean_nothing_are_nothing(tmp_path: Path) -> None:
    rows = ROWS.replace("95502,,", "95502,N/A , -").replace("C1,5", "C1,\\N")
    account = desk(tmp_path, rows, mapping=laid_out("{nulls: ['N/A', '-', '\\N']}")).rehearse().account
    assert (account.appended, account.events) == (2, 2)


@pytest.mark.parametrize(("first", "kind"), [('{"id": 1}', "ndjson"), ('[{"id": 1}]', "json")])
def test_a_file_of_another_type_is_said_with_the_type(first: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=f"looks like JSON; set format.type to {kind}"):
        desk(tmp_path, f"{first}\n").rehearse()


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (b"PAR1....", "is a Parquet file; set format.type to parquet"),
        (b"PK\x03\x04....", "is a zip archive, as Excel workbooks are; set format.type to excel"),
        (b"\xd0\xcf\x11\xe0....", "is an Excel workbook of the old kind; set format.type to excel"),
        (b"BZh91AY", "is packed by bzip2; unpack it, or pack it by gzip or zstd"),
    ],
)
def test_a_file_of_another_form_is_known_by_its_first_bytes(first: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=says):
        desk(tmp_path, first * 20).rehearse()
