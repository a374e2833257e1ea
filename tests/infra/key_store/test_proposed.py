"""A pseudonym is proposed in memory, the same every time, and made only when it is kept."""

from infra.key_store.proposed import Candidate, ProposedPseudonyms, has_erased
from infra.stores import Store


def aliases(store: Store) -> int:
    with store.keys.while_nobody_is_erased() as connection:
        found = connection.execute("select count(*) from alias").fetchone()
    assert found is not None
    return int(found[0])


def test_looking_up_makes_nothing_and_proposes_the_same_again(store: Store) -> None:
    proposed = ProposedPseudonyms(store.keys)
    first = proposed.look_up("crm", ["138", "139", "138"])
    assert first == proposed.look_up("crm", ["138", "139", "138"])
    assert [one.is_proposed for one in first] == [True, True, True]
    assert first[0] == first[2] != first[1]
    assert aliases(store) == 0
    assert first != ProposedPseudonyms(store.keys).look_up("crm", ["138", "139", "138"])


def test_what_is_kept_is_the_pseudonym_for_everybody(store: Store) -> None:
    proposed = ProposedPseudonyms(store.keys)
    [one, other] = proposed.look_up("crm", ["138", "139"])
    assert proposed.keep("crm", ["138"])
    assert aliases(store) == 1
    assert store.keys.pseudonyms("crm", ["138"]) == [one.pseudonym]
    again = ProposedPseudonyms(store.keys).look_up("crm", ["138", "139"])
    assert again[0] == Candidate(one.pseudonym, is_proposed=False)
    assert again[1].is_proposed
    assert again[1] != other


def test_who_comes_second_looks_up_again(store: Store) -> None:
    first, second = ProposedPseudonyms(store.keys), ProposedPseudonyms(store.keys)
    [mine] = second.look_up("crm", ["138"])
    assert first.keep("crm", ["138"])
    assert not second.keep("crm", ["138"])
    assert second.look_up("crm", ["138"]) == first.look_up("crm", ["138"]) != [mine]


def test_nothing_is_proposed_or_kept_for_the_erased(store: Store) -> None:
    assert not has_erased(store.keys)
    [gone] = store.keys.pseudonyms("crm", ["138"])
    store.keys.destroy([f"p:{gone}"])
    proposed = ProposedPseudonyms(store.keys)
    assert proposed.look_up("crm", ["138"]) == [Candidate(None, is_proposed=False)]
    assert not proposed.keep("crm", ["138", "139"])
    assert (aliases(store), has_erased(store.keys)) == (0, True)
