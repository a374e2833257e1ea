"""How many of what the carrier had at scale 1: counts that its report prints, or that give its rates.

A printed rate is never written down. Where only a rate is printed, counts are chosen from which it comes
out; where two printed figures contradict each other, the counts stand.
"""

from typing import NamedTuple

MONTHS = (1, 2, 3, 4, 5, 6)


class MonthCounts(NamedTuple):
    """One month of the hotline and the complaint desk.

    `blamed` and `blameless`: complaints of callers who pressed the complaint key, with and without
    liability attributed in the end; `elsewhere`: attributed complaints that came otherwise.
    """

    waybills: int
    calls: int
    pressed: int
    blamed: int
    blameless: int
    elsewhere: int

    @property
    def filed(self) -> int:
        return self.blamed + self.blameless + self.elsewhere


HALF_YEAR = (
    MonthCounts(
        waybills=1_620_000, calls=54_200, pressed=10_450, blamed=2_090, blameless=225, elsewhere=1_087
    ),
    MonthCounts(waybills=1_050_000, calls=37_900, pressed=7_300, blamed=1_460, blameless=158, elsewhere=745),
    MonthCounts(
        waybills=1_780_000, calls=59_300, pressed=11_800, blamed=2_360, blameless=252, elsewhere=1_215
    ),
    MonthCounts(
        waybills=1_800_000, calls=60_800, pressed=12_400, blamed=2_480, blameless=269, elsewhere=1_373
    ),
    MonthCounts(
        waybills=1_900_000, calls=62_500, pressed=12_700, blamed=2_540, blameless=275, elsewhere=1_573
    ),
    MonthCounts(
        waybills=1_887_100, calls=65_100, pressed=13_021, blamed=2_604, blameless=280, elsewhere=1_361
    ),
)
"""Chosen, but for June's 13,021 − 2,604 = 10,417 key presses never attributed, which are printed (80 %).

April and May: 8,510 complaints of 3,700,000 waybills (23 per 10,000); the quarter 12,755 of 5,587,100
(22.83).
June's base is not printed; 13,021 of 1,887,100 gives the peers' rule of 69.
"""


class JulyCounts(NamedTuple):
    """The month after the half year, as far as it was decided by 10 August."""

    waybills: int
    attributed: int
    blameless: int
    overturned: int


JULY = JulyCounts(waybills=1_850_000, attributed=4_205, blameless=250, overturned=60)
"""Chosen: per 10,000 waybills 24.08 recorded, 22.73 before appeal and 22.41 after it. The printed trend gives
July before appeal."""

TIMELINESS = 11_419
"""Of 22,347 complaints (51.1 %): chosen."""
STANDING = {"operations": 12_768, "sales": 6_032, "group": 1_928}
"""By the leading party of what stands after appeal (61.6, 29.1, 9.3 %): chosen, read as of all complaints."""
APPEALS, ARBITRATED, OVERTURNED, REPLACED = 1_900, 1_880, 420, 260
"""Chosen; of the overturned attributions 260 were replaced, and 160 complaints are left without."""
UNEVEN_SHARES, CLOSED_UNASKED = 5, 7
"""Slips of the desk that are meant: shares that do not sum, and complaints closed without asking anybody."""

INTERNAL_CALLS, INTERNAL_ANSWERED = 18_000, 15_840
INTERNAL_COMPLAINTS, RESOLVED_WITHIN_DAY = 3_600, 2_586
"""The staff's own hotline: chosen, below its targets of 90 and 75 %."""
CALLS = sum(month.calls for month in HALF_YEAR) + INTERNAL_CALLS
"""Of customers and staff."""
ORDERS = 42_000
"""Orders by phone: chosen."""


class ClaimCounts(NamedTuple):
    """Claims finally approved in the half year, of one class of customers and one band of amounts.

    `approved` is in yuan; `days` from report to closing, summed.
    """

    customer_class: str | None
    band: str
    claims: int
    approved: int


SMALL, LARGE, MAJOR = "small", "large", "major"

CLAIMS = (
    ClaimCounts("casual", SMALL, 4_300, 1_290_000),
    ClaimCounts("contract", SMALL, 900, 306_000),
    ClaimCounts("key_account", SMALL, 330, 125_400),
    ClaimCounts(None, SMALL, 80, 25_000),
    ClaimCounts("casual", LARGE, 700, 1_926_600),
    ClaimCounts("contract", LARGE, 360, 1_603_000),
    ClaimCounts("key_account", LARGE, 150, 1_250_000),
    ClaimCounts(None, LARGE, 26, 123_000),
    ClaimCounts("casual", MAJOR, 8, 567_000),
    ClaimCounts("contract", MAJOR, 4, 300_000),
)
"""Printed: 7,516,000 yuan in all, 867,000 for the major accident, 1,375,400 for key accounts; 935 below
1,000 yuan a month (5,610 of 6,858, 81.8 %). Chosen: contract customers with key accounts 3,584,400 (47.69 %)
and casual ones 3,783,600 (50.34 %), the rest of unknown class, since the two shares do not reach 100 %."""

OVER_LIMIT = 407_100
"""Yuan beyond the terms: printed."""
ONLINE = 2_020
"""Claims taken online, of 5,610 below 1,000 yuan (36 %): chosen."""
CYCLE_DAYS = {SMALL: 60_588, LARGE: 50_058, MAJOR: 486}
"""From report to closing, summed (10.8, 40.5, all 16.2 days): chosen."""

CLAIMS_LAST_YEAR = (
    ClaimCounts("casual", SMALL, 3_000, 870_000),
    ClaimCounts("contract", SMALL, 620, 205_000),
    ClaimCounts("key_account", SMALL, 250, 92_280),
    ClaimCounts(None, SMALL, 60, 18_000),
    ClaimCounts("casual", LARGE, 480, 1_480_000),
    ClaimCounts("contract", LARGE, 260, 1_060_000),
    ClaimCounts("key_account", LARGE, 130, 1_020_000),
    ClaimCounts(None, LARGE, 18, 77_720),
)
"""Printed: 2,693,000 yuan less than this year, so 4,823,000 in all. Chosen: key accounts 1,112,280, which is
the printed 29.9 % of their insured income, and everything else."""
OVER_LIMIT_LAST_YEAR, ONLINE_LAST_YEAR = 230_000, 820
CYCLE_DAYS_LAST_YEAR = {SMALL: 51_090, LARGE: 39_072}
"""All chosen."""
OPEN_CLAIMS, REFUSED_CLAIMS, WITHDRAWN_CLAIMS = 640, 210, 95
"""Reported and not approved in the half year: chosen."""

INSURED_INCOME = {"key_account": 3_610_000, "contract": 17_268_700, "casual": 29_700_000}
"""Yuan; key accounts are printed, the sum of 50,578,700 is chosen (payout 14.86 %)."""
INSURED_INCOME_LAST_YEAR = {"key_account": 3_720_000, "contract": 19_011_000, "casual": 33_350_000}
"""Chosen: 56,081,000 in the half year before, of which the printed 4,823,000 were 8.6 %."""
REVENUE = {"key_account": 75_681_000, "contract": 368_300_000, "casual": 617_500_000}
"""Chosen; key accounts insure 4.77 % of theirs."""
