"""However a person's number or name is written, one term finds it; what names nobody has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.key_store.search_terms import (
    CLASSES,
    WRITTEN,
    search_terms,
    subject_mark,
    written_id_number,
    written_name,
    written_phone,
)
from infra.stores import Store

KEY = bytes(range(32))


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        " 138 1234-5678 ",
        "+86 138 1234 5678",
        "86-13812345678",
        "0086 138 1234 5678",
        "１３８１２３４５６７８",
        "＋８６１３８１２３４５６７８",
        "٠٠٨٦13812345678",
        "(138)12345678",
    ],
)
def test_one_mobile_number_in_every_way_of_writing_it(text: str) -> None:
    assert written_phone(text) == "13812345678"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("021-6288 4731", "02162884731"),
        ("+86 21 6288 4731", "+862162884731"),
        ("+49 30 901820", "+4930901820"),
        ("861234567", "861234567"),
        ("8623812345678", "8623812345678"),
    ],
)
def test_other_numbers_keep_their_prefix_and_a_leading_plus(text: str, written: str) -> None:
    assert written_phone(text) == written


@pytest.mark.parametrize("text", ["", "unknown", "匿名", "0", "0000", "00000000", "99999999999", "8001", "+"])
def test_what_stands_for_nobody_has_no_term_and_joins_no_calls(text: str) -> None:
    assert search_terms(KEY, "caller_number", [text]) == [None]


def test_names_and_identity_numbers() -> None:
    assert written_name(" ＡＢＣ　Müller ") == "abc müller"
    assert written_id_number(" 1101 0119900307123x ") == "11010119900307123X"
    assert search_terms(KEY, "narrative", ["王小明"]) == [None]
    assert search_terms(KEY, "name", ["  ", "王小明"])[0] is None


@given(text=st.text(), group=st.sampled_from(sorted(WRITTEN)))
def test_written_once_is_written_for_good(text: str, group: str) -> None:
    once = WRITTEN[group](text)
    assert WRITTEN[group](once) == once


@given(text=st.text(alphabet=st.characters(codec="ascii")))
def test_the_quick_way_of_writing_a_number_is_the_long_way(text: str) -> None:
    assert written_phone(text) == written_phone(text + "\u200b")


def test_a_phone_is_found_as_a_callers_number_and_never_as_another_class() -> None:
    [phone] = search_terms(KEY, "phone", ["13812345678"])
    assert search_terms(KEY, "caller_number", ["+8613812345678"]) == [phone]
    terms = {search_terms(KEY, kind, ["13812345678"])[0] for kind in CLASSES}
    assert len(terms) == len(set(CLASSES.values()))
    assert search_terms(bytes(32), "phone", ["13812345678"]) != [phone]
    assert subject_mark(KEY, "13812345678") not in terms


def test_whoever_a_text_was_sealed_for_is_found(store: Store) -> None:
    keys = store.keys
    keys.protect_all(["crm:1", "crm:2"], "phone", ["+86 138 1234 5678", "13900000000"])
    keys.protect_all(["call-desk:1", "call-desk:2"], "caller_number", ["13812345678", "unknown"])
    keys.protect("crm:1", "phone", "021-62884731")
    keys.protect_all(["crm:1", "crm:3"], "name", ["ＡＬＩＣＥ", "alice "])
    assert keys.find("phone", "138 1234 5678") == ["call-desk:1", "crm:1"]
    assert keys.find("caller_number", "02162884731") == ["crm:1"]
    assert keys.find("name", "Alice") == ["crm:1", "crm:3"]
    assert keys.find("phone", "unknown") == keys.find("phone", "18800000000") == []


def test_the_same_text_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.keys.protect_all(["crm:1", "call-desk:1"], "phone", ["13812345678", "13812345678"])
    with store.keys.alone() as connection:
        assert connection.execute("select count(*) from found_by").fetchone() == (2,)
