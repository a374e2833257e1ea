"""The mappings of the real files over rows made up in their form: what each tells, with no file at hand."""

from pathlib import Path
from typing import Any

from tests.pipelines.given import Desk
from tests.pipelines.real_files.given import MAPPINGS


def sheet(folder: Path, mapping: str, *rows: str) -> Desk:
    """A file with these lines, to be read by a mapping that Kefu ships."""
    file = folder / f"{mapping}.csv"
    file.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return Desk(mapping=MAPPINGS / f"{mapping}.yaml", file=file)


def brief(told: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    """What happened, when, and some of its fields."""
    return [
        (
            one["topic"].partition(".")[2],
            one["occurred_at"][:19],
            *(one[field] for field in fields if field in one),
        )
        for one in told
    ]


FLIGHTS = "Loyalty Number,Year,Month,Points Accumulated,Points Redeemed,Dollar Cost Points Redeemed"


def test_months_told_twice_are_lots_of_their_own_and_a_month_without_points_is_none(tmp_path: Path) -> None:
    made = sheet(
        tmp_path,
        "airline_loyalty",
        FLIGHTS,
        "7,2017,6,150.25,0,0",
        "7,2017,6,150.25,0,0",
        "7,2017,7,0,0,0",
        "7,2018,12,80,400,32",
    )
    told = made.told()
    assert brief(told, "lot_id", "redemption_id", "points", "settlement_amount") == [
        ("points_earned", "2017-07-01T03:59:59", "2017-06-0", "150.2500"),
        ("points_earned", "2017-07-01T03:59:59", "2017-06-1", "150.2500"),
        ("points_earned", "2019-01-01T04:59:59", "2018-12-0", "80.0000"),
        ("points_redeemed", "2019-01-01T04:59:59", "2018-12-0", "400.0000", "32.0000"),
    ]
    assert {one["stream"] for one in told} == {"member-airline:7"}
    assert made.rejects() == [(4, "no_points")]


MEMBERS = (
    "Loyalty Number,Loyalty Card,Enrollment Type,Enrollment Year,Enrollment Month,"
    "Cancellation Year,Cancellation Month"
)


def test_a_member_enrols_as_a_month_begins_and_cancels_as_one_ends(tmp_path: Path) -> None:
    made = sheet(
        tmp_path,
        "airline_members",
        MEMBERS,
        "7,Nova,2018 Promotion,2018,3,2018,11",
        "8,Star,Standard,2016,2,,",
    )
    assert brief(made.told(), "tier", "programme", "campaign_id") == [
        ("registered", "2018-03-01T05:00:00", "Nova", None),
        ("enrolled", "2018-03-01T05:00:00", "Nova", "airline", "airline:2018%20Promotion"),
        ("closed", "2018-12-01T04:59:59", "Nova", None),
        ("registered", "2016-02-01T05:00:00", "Star", None),
        ("enrolled", "2016-02-01T05:00:00", "Star", "airline", None),
    ]


CLAIMS = "AccDate,ReportDate,FinDate,AggClaim"


def test_claims_that_agree_in_all_stay_apart_and_amounts_keep_four_places(tmp_path: Path) -> None:
    row = "1994-01-01,1994-03-01,1995-06-01,120.00005"
    made = sheet(tmp_path, "injury_claims", CLAIMS, row, row, "1994-01-01,1994-03-01,1995-06-01,much")
    told = made.told()
    assert brief(told[:3], "loss_on", "amount") == [
        ("reported", "1994-03-01T12:59:59", "1994-01-01"),
        ("paid", "1995-06-01T13:59:59", "120.0001"),
        ("closed", "1995-06-01T13:59:59"),
    ]
    assert [one["stream"].rpartition("/")[2] for one in told] == ["0"] * 3 + ["1"] * 3
    assert made.rejects() == [(4, "missing_value")]


CUSTOMERS = (
    "customerID,tenure,InternetService,Contract,MonthlyCharges,TotalCharges,Churn,PhoneService,MultipleLines,"
    "OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,StreamingMovies,PaperlessBilling,"
    "PaymentMethod"
)
PHONE_ONLY = f"Yes,Yes,{','.join(['No internet service'] * 6)},No,Electronic check"


def lived(folder: Path, row: str) -> list[dict[str, Any]]:
    """What is told of one customer, but for what the customer has."""
    told = sheet(folder, "telco_churn", CUSTOMERS, row).told()
    return [one for one in told if one["topic"] != "customer.classified"]


def test_customers_began_as_many_months_ago_as_they_have_been_customers(tmp_path: Path) -> None:
    began = lived(tmp_path, f"A,0,DSL,One year,50.5, ,No,{PHONE_ONLY}")
    assert brief(began, "bundle") == [
        ("registered", "2017-10-01T07:00:00"),
        ("contract_signed", "2017-10-01T07:00:00", "hard"),
    ]
    left = lived(tmp_path, f"B,1,No,Month-to-month,20,20,Yes,{PHONE_ONLY}")
    assert brief(left, "period_start", "spend", "plan") == [
        ("registered", "2017-09-01T07:00:00"),
        ("contract_signed", "2017-09-01T07:00:00"),
        ("usage_recorded", "2017-10-01T06:59:59", "2017-09-01", "20.0000", "Phone only"),
        ("contract_ended", "2017-10-01T06:59:59"),
        ("churned", "2017-10-01T06:59:59"),
    ]
    stayed = lived(tmp_path, f"C,12,No,Two year,100,1150.25,No,{PHONE_ONLY}")
    assert brief(stayed, "period_start", "period_end", "spend")[:3] == [
        ("registered", "2016-10-01T07:00:00"),
        ("contract_signed", "2016-10-01T07:00:00"),
        ("usage_recorded", "2017-09-01T06:59:59", "2016-10-01", "2017-09-01", "1050.2500"),
    ]


def test_what_a_customer_has_is_a_class_from_the_beginning_and_what_cannot_be_had_is_none(
    tmp_path: Path,
) -> None:
    made = sheet(tmp_path, "telco_churn", CUSTOMERS, f"B,1,No,Month-to-month,20,20,Yes,{PHONE_ONLY}")
    classes = [one for one in made.told() if one["topic"] == "customer.classified"]
    assert brief(classes, "scheme", "value") == [
        ("classified", "2017-09-01T07:00:00", "internet_service", "No"),
        ("classified", "2017-09-01T07:00:00", "phone_service", "Yes"),
        ("classified", "2017-09-01T07:00:00", "multiple_lines", "Yes"),
        ("classified", "2017-09-01T07:00:00", "paperless_billing", "No"),
        ("classified", "2017-09-01T07:00:00", "payment_method", "Electronic check"),
    ]


COMPLAINTS = (
    "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company,Submitted via,"
    "Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID"
)


def test_a_late_answer_comes_after_its_due_time_and_a_dispute_reopens(tmp_path: Path) -> None:
    made = sheet(
        tmp_path,
        "consumer_complaints",
        COMPLAINTS,
        '07/01/2016,Loan,,Fees,,"First, one\nand more",A & B,Fax,07/05/2016,Closed with relief,No,Yes,1',
    )
    told = made.told()
    assert brief(told, "channel", "narrative", "to_unit", "due_at", "outcome", "resolved") == [
        ("filed", "2016-07-02T03:59:59", "fax", "v1:"),
        ("assigned", "2016-07-06T03:59:59", "company:A%20%26%20B", "2016-07-21T03:59:59.999999Z"),
        ("replied", "2016-07-22T03:59:59"),
        ("resolved", "2016-07-22T03:59:59", "Closed with relief"),
        ("follow_up_recorded", "2016-07-22T03:59:59", False),
        ("reopened", "2016-07-22T03:59:59"),
    ]


def test_a_complaint_in_progress_is_answered_and_open_and_one_without_an_answer_is_neither(
    tmp_path: Path,
) -> None:
    made = sheet(
        tmp_path,
        "consumer_complaints",
        COMPLAINTS,
        "07/01/2016,Loan,,Fees,,,A,Web,07/05/2016,In progress,Yes,,1",
        "07/01/2016,Loan,,Fees,,,A,Postal mail,07/05/2016,Untimely response,No,,2",
    )
    topics = [(one["stream"][-1], one["topic"].partition(".")[2]) for one in made.told()]
    assert topics == [
        ("1", "filed"),
        ("1", "assigned"),
        ("1", "replied"),
        ("2", "filed"),
        ("2", "assigned"),
    ]
