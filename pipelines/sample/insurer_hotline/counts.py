"""How much the insurer's hotline did in the printed year: the report's counts, and those that we chose.

A printed rate is never written down. Where only a rate or a mean is printed, a count or a sum is chosen
from which it comes out, and said to be chosen.
"""

CALLS = {
    "report": 63_251,
    "report_and_consultation": 20_323,
    "consultation": 54_449,
    "consultation_and_complaint": 60,
    "complaint": 551,
    "abandoned": 2_100,
    "callback_requested": 180,
    "voicemail": 90,
    "overflow": 142,
}
"""Offered calls by what became of them. Printed: 138,634 answered, handled for 83,574 reports, 74,832
consultations and 611 complaints, 159,017 in all. Chosen: 2,512 not answered, which gives the printed rate of
98.22 %; which calls have two purposes."""
REPORTS = ("report", "report_and_consultation")
CONSULTATIONS = ("consultation", "report_and_consultation", "consultation_and_complaint")
COMPLAINTS = ("complaint", "consultation_and_complaint")
FLOWED_OUT = ("callback_requested", "voicemail", "overflow")
UNANSWERED = ("abandoned", *FLOWED_OUT)

RING_MS = 1_200
"""Printed as a mean; ringing times are drawn so that they add up to it."""
REPORT_TALK_HUNDREDTHS = 9_723
"""97.23 s of talk per call with a report, printed as a mean."""
RESPONSE_MS = 21_750
"""21.75 s from report to dispatch, printed as a mean."""

CLAIMS = {"motor_compulsory": 19_249, "motor_commercial": 56_592, "personal": 7_098, "property": 635}
"""Reported claims by line, printed. We let every report come by phone."""

CALLBACKS = {"satisfied": 21_720, "dissatisfied": 112, "declined": 1_208, "not_reached": 2_820}
"""Callbacks tried. Printed: 25,860 in all, 21,832 valid ones. Chosen: how many of the others were reached."""
REASONS = {"price_difference": 67, "surveyor_attitude": 45}
"""Printed: both reasons, of 112. Chosen: how many of each."""
NO_SERVICE_CARD = 627

RECEIVED, RECEIVED_ON_TIME = 1_025, 787
SENT, SENT_ON_TIME = 929, 574
WITHIN_PROVINCE = ((500, 382), (422, 361), (532, 444), (326, 277))
"""By quarter: how many, and how many on time."""
NO_BRANCH = 91
"""Delegated surveys, all printed."""

PETITIONS = {"hotline": 554, "regulator": 46, "headquarters": 10}
REGULATOR_OUTCOMES = {"satisfied_and_withdrawn": 41, "no_agreement": 4, "dissatisfied_with_payment_delay": 1}
IN_PROGRESS = 1
"""Printed: 609 of 610 handled, and five judged valid by the regulator. The report leaves open which five; we
take those who were not content."""
PENALISED = 2

AGENTS, JOINED, LEFT = 47, 4, 13
"""Printed: nine fewer at the year's end. Chosen: all three."""

REVIEWED = 1_800
TALK_DEDUCTED, ENTRY_DEDUCTED = 128, 242
"""Points off a hundred, in hundredths per reviewed call: the printed 98.72 for talk and, so that both
together give the printed 98.15, 97.58 for entry. Chosen: how many are reviewed."""

CUSTOMERS, KEY_CUSTOMERS = 60_000, 4_000
POLICIES_A_MONTH = 96_000
TEST_CALLS, SPOILT_CLAIMS = 96, 24
"""All chosen."""
