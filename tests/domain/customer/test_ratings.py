"""What a customer thinks: asked once, rated, entered as dissatisfied, and put right rating by rating."""

from decimal import Decimal

from msgspec.structs import replace

from domain.checks import ScoreOutOfRange
from domain.customer import CustomerDissatisfied
from domain.customer.refusals import CustomerToldOtherwise, NothingToRepair
from domain.streams import CUSTOMER as CUSTOMERS
from tests.domain.customer.examples import ask, complain, dissatisfied, rate, repair
from tests.examples import told
from tests.given import given, said

of_one = told(CustomerDissatisfied, process="repair", reason="slow", rating_id="r1")
of_two = told(CustomerDissatisfied, process="claim", reason="rude", rating_id="r2")
repair_one = replace(repair, rating_id="r1")


def test_refused_to_ask_for_the_same_rating_in_another_survey() -> None:
    refused = given(CUSTOMERS).and_(ask).when_refused(replace(ask, survey="nps"), CustomerToldOtherwise)
    assert refused.told == "customer.rating_requested"


def test_refused_a_rating_beyond_its_scale() -> None:
    given(CUSTOMERS).when_refused(replace(rate, score=Decimal(11)), ScoreOutOfRange)


def test_a_rating_without_id_is_told_each_time() -> None:
    nameless = replace(rate, rating_id=None)
    assert len(given(CUSTOMERS).and_(nameless).when(nameless)) == 1


def test_the_same_dissatisfaction_about_one_rating_is_so_already_until_it_is_repaired() -> None:
    about_one = replace(complain, rating_id="r1")
    story = given(CUSTOMERS).and_(about_one)
    assert story.when(about_one) == ()
    assert len(story.when(replace(about_one, reason="rude"))) == 1
    assert len(story.and_(repair_one).when(about_one)) == 1


def test_repaired() -> None:
    assert said(given(CUSTOMERS, dissatisfied).when(repair)) == [("customer.repaired", {"how": "apology"})]


def test_refused_to_repair_more_than_was_wrong() -> None:
    given(CUSTOMERS).when_refused(repair, NothingToRepair)
    given(CUSTOMERS, dissatisfied).and_(repair).when_refused(repair, NothingToRepair)


def test_repaired_about_one_rating_the_others_stay_wrong() -> None:
    story = given(CUSTOMERS, of_one, of_two).and_(repair_one)
    assert [wrong for wrong in ("r1", "r2") if story.when(replace(repair, rating_id=wrong))] == ["r2"]


def test_repaired_again_about_the_same_rating_is_so_already() -> None:
    assert given(CUSTOMERS, of_one).and_(repair_one).when(repair_one) == ()


def test_refused_to_repair_a_rating_nobody_was_dissatisfied_with() -> None:
    assert given(CUSTOMERS, of_two).when_refused(repair_one, NothingToRepair).rating_id == "r1"


def test_repaired_without_a_rating_the_first_told_is_put_right() -> None:
    story = given(CUSTOMERS, of_one, of_two).and_(repair)
    assert story.when(repair_one) == ()
    assert len(story.when(replace(repair, rating_id="r2"))) == 1
