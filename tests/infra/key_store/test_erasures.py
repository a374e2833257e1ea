"""Who is erased is gone from the key store at once and for ever; everybody else is as before."""

from datetime import UTC, datetime

import pytest

from infra.key_store import NoKeyError, SubjectErasedError, UnderLegalHoldError
from infra.stores import Store

RELEASED = datetime(2025, 3, 1, tzinfo=UTC)
PHONE, OTHER_PHONE = "13800000001", "13900000002"


def person(store: Store, phone: str = PHONE) -> str:
    """A customer known by a phone number, with name and phone sealed."""
    [pseudonym] = store.keys.pseudonyms("crm", [phone])
    subject = f"p:{pseudonym}"
    store.keys.protect(subject, "name", "王小明")
    store.keys.protect(subject, "phone", phone)
    return subject


def test_nothing_of_an_erased_person_is_left(store: Store) -> None:
    keys, subject = store.keys, person(store)
    sealed = keys.protect(subject, "narrative", "he was angry")
    destroyed = keys.destroy([subject])
    assert (destroyed.keys, destroyed.aliases, destroyed.terms) == (1, 1, 2)
    with pytest.raises(NoKeyError):
        keys.reveal(subject, "narrative", sealed)
    assert keys.find("phone", PHONE) == keys.find("name", "王小明") == []
    assert keys.erased() == keys.destroyed() == {subject}


def test_nothing_more_is_sealed_for_an_erased_person(store: Store) -> None:
    keys, subject, other = store.keys, person(store), person(store, OTHER_PHONE)
    keys.destroy([subject])
    assert keys.protect(subject, "name", "王小明") is None
    [gone, kept] = keys.protect_all([subject, other], "phone", [PHONE, OTHER_PHONE])
    assert gone is None
    assert keys.reveal(other, "phone", str(kept)) == OTHER_PHONE
    assert keys.find("phone", PHONE) == []
    assert keys.subject_keys([subject, other]).keys() == {other}


def test_the_id_of_an_erased_person_gets_no_pseudonym_again(store: Store) -> None:
    keys, subject = store.keys, person(store)
    [other] = keys.pseudonyms("crm", [OTHER_PHONE])
    keys.destroy([subject])
    assert keys.pseudonyms("crm", [PHONE, OTHER_PHONE, PHONE]) == [None, other, None]
    assert keys.lapses([str(other)]) == []


def test_anonymous_calls_from_the_phone_lose_their_keys(store: Store) -> None:
    keys, subject = store.keys, person(store)
    calls = ["call-desk:1", "call-desk:2", "call-desk:3"]
    keys.protect_all(calls, "caller_number", [f"+86 {PHONE}", PHONE, OTHER_PHONE])
    assert keys.kept([subject]).anonymous == ("call-desk:1", "call-desk:2")
    keys.destroy([subject], keep=["call-desk:2"])
    assert keys.subject_keys(calls).keys() == {"call-desk:2", "call-desk:3"}
    assert keys.find("caller_number", PHONE) == ["call-desk:2"]


def test_another_person_with_the_same_phone_or_name_keeps_everything(store: Store) -> None:
    keys, subject = store.keys, person(store)
    sealed = [keys.protect("crm:77", "phone", PHONE), keys.protect("crm:77", "name", "王小明")]
    assert keys.kept([subject]).sharing == 1
    keys.destroy([subject])
    assert keys.reveal("crm:77", "phone", sealed[0]) == PHONE
    assert keys.reveal("crm:77", "name", sealed[1]) == "王小明"
    assert keys.find("phone", PHONE) == ["crm:77"]


def test_a_hold_forbids_the_erasure_and_says_why(store: Store) -> None:
    keys, subject = store.keys, person(store)
    assert keys.place_hold(subject, "case 17 at the district court")
    assert not keys.place_hold(subject, "again")
    for refused in (keys.request_erasure, keys.destroy):
        with pytest.raises(UnderLegalHoldError, match="case 17 at the district court"):
            refused([subject, "p:else"])
    assert keys.erased() == set()
    assert keys.held([subject, "crm:1"]) == {subject: "case 17 at the district court"}
    assert [hold.subject for hold in keys.holds()] == [subject]
    assert keys.lift_hold(subject)
    assert not keys.lift_hold(subject)
    assert keys.destroy([subject]).keys == 1


def test_an_erased_person_is_not_held(store: Store) -> None:
    subject = person(store)
    store.keys.request_erasure([subject])
    with pytest.raises(SubjectErasedError):
        store.keys.place_hold(subject, "too late")


def test_what_was_asked_for_is_unfinished_until_it_is_destroyed(store: Store) -> None:
    keys, subject = store.keys, person(store)
    keys.request_erasure([subject])
    keys.request_erasure([subject])
    assert keys.unfinished_erasures() == keys.erased() == {subject}
    assert keys.destroyed() == set()
    assert keys.protect_all([subject], "name", ["王"]) == [None]
    keys.destroy([subject])
    keys.destroy([subject])
    assert keys.unfinished_erasures() == set()
    assert keys.destroyed() == {subject}


def test_a_released_number_has_owners_by_time(store: Store) -> None:
    keys = store.keys
    [first] = keys.pseudonyms("crm", [PHONE])
    following = keys.release(str(first), RELEASED)
    assert keys.release(str(first), RELEASED) == following != first
    assert keys.pseudonyms("crm", [PHONE]) == [first]
    assert keys.lapses([str(first)]) == [(first, RELEASED, following)]
    later = RELEASED.replace(year=2026)
    third = keys.release(following, later)
    assert keys.lapses([str(first)]) == [(first, RELEASED, following), (first, later, third)]


def test_erasing_one_owner_of_a_number_leaves_the_others(store: Store) -> None:
    keys, subject = store.keys, person(store)
    first = subject.removeprefix("p:")
    second = keys.release(first, RELEASED)
    sealed = keys.protect(f"p:{second}", "name", "李")
    assert keys.destroy([subject]).aliases == 0
    assert keys.pseudonyms("crm", [PHONE]) == [first]
    always = datetime(1, 1, 1, tzinfo=UTC)
    assert keys.lapses([first]) == [(first, always, None), (first, RELEASED, second)]
    assert keys.reveal(f"p:{second}", "name", sealed) == "李"


def test_a_number_whose_every_owner_was_erased_is_gone(store: Store) -> None:
    keys, subject = store.keys, person(store)
    second = keys.release(subject.removeprefix("p:"), RELEASED)
    keys.destroy([f"p:{second}"])
    assert keys.lapses([subject.removeprefix("p:")]) == [(subject.removeprefix("p:"), RELEASED, None)]
    assert keys.destroy([subject]).aliases == 1
    assert keys.pseudonyms("crm", [PHONE]) == [None]


def test_whoever_gets_the_number_of_an_erased_owner_is_not_erased(store: Store) -> None:
    keys, first = store.keys, person(store).removeprefix("p:")
    second = keys.release(first, RELEASED)
    keys.destroy([f"p:{second}"])
    later = RELEASED.replace(year=2026)
    third = keys.release(second, later)
    assert keys.lapses([first]) == [(first, RELEASED, None), (first, later, third)]


def test_an_erased_persons_number_is_somebody_elses_from_a_day_on(store: Store) -> None:
    keys, subject = store.keys, person(store)
    assert keys.reassign("crm", PHONE, RELEASED) is None
    keys.destroy([subject])
    new = keys.reassign("crm", PHONE, RELEASED)
    assert keys.reassign("crm", PHONE, RELEASED) is None
    assert keys.reassign("crm", OTHER_PHONE, RELEASED) is None
    assert keys.pseudonyms("crm", [PHONE]) == [new] != [subject.removeprefix("p:")]
    always = datetime(1, 1, 1, tzinfo=UTC)
    assert keys.lapses([str(new)]) == [(new, always, None), (new, RELEASED, new)]
    assert keys.protect(f"p:{new}", "name", "李") is not None


def test_of_a_reassigned_number_that_was_released_the_living_owner_stays(store: Store) -> None:
    keys, subject = store.keys, person(store)
    keys.destroy([subject])
    new = str(keys.reassign("crm", PHONE, RELEASED))
    later = RELEASED.replace(year=2026)
    third = keys.release(new, later)
    assert keys.destroy([f"p:{third}"]).aliases == 0
    assert [lapse.next for lapse in keys.lapses([new])] == [None, new, None]
    assert keys.destroy([f"p:{new}"]).aliases == 1
    assert keys.pseudonyms("crm", [PHONE]) == [None]
