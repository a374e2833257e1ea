"""How many of what the branch had at scale 1: counts that its report prints, or that give its rates.

A printed rate is never written down; counts are chosen from which it comes out.
"""

MONTHS = tuple(range(1, 12))
"""January to November, which the report covers."""

SNAPSHOT = 340_000
"""Mid- and high-value customers on 1 January: chosen."""
LOST = (4_482,) * 9 + (4_481,) * 2
"""Of those, how many no longer qualify, by month: 290,700 are left (85.5 %)."""
JOINED = (6_601, 6_598, 6_598, 6_599, *(6_598,) * 7)
"""New ones by month, who all stay: the months' ends sum to 3,879,700, a mean of 352,700, which is printed."""
CHURNED, WON_BACK = 31_000, 2_900
"""Of those lost, how many left the operator, and how many of these came back: chosen. Others spend less."""

BUNDLES = {"both": 130_054, "hard": 45_774, "soft": 88_278, "none": 99_176}
"""Contracts at the end of November, of 363,282 customers: hard 48.4, soft 60.1, either 72.7, both 35.8 %.

What the report calls deep (54.3 %) is not said, so nothing here stands for it.
"""

CUSTOMERS = tuple(4_150_000 + 10_000 * number for number in range(11))
"""All customers at the end of each month: chosen, a mean of 4,200,000."""
COMPLAINTS, ESCALATED = 5_838, 233
"""13.9 of 10,000 customers: chosen; the escalated ones are printed."""
SENSITIVE, CARED_FOR, TOOK_PART, INFORMED = 118_842, 112_900, 92_000, 1_760_000
"""Printed, but for the number of sensitive customers, of whom 5,942 were left alone on purpose."""

MUTUAL_RATINGS, MUTUALLY_SATISFIED = 50_000, 47_160
PHONE_RATINGS, SATISFIED_BY_PHONE = 20_000, 17_310
COMPLAINT_RATINGS, SATISFIED_WITH_COMPLAINT = 3_300, 1_900
"""94.32, 86.55 and 57.58 % satisfied: chosen."""
REPAIRED = 1_980
"""Of those dissatisfied in mutual evaluation: chosen."""
MYSTERY_VISITS_A_MONTH, MYSTERY_POINTS = 40, 41_276
"""Points of 440 visits of at most 100 (93.81 %): chosen."""
TOP_UPS = {
    "网站": 2_160_000,
    "短信": 1_740_000,
    "自助终端": 1_122_300,
    "语音": 600_000,
    "营业厅": 2_577_700,
    "代理点": 800_000,
}
SELF_SERVICE = ("网站", "短信", "自助终端", "语音")
"""9,000,000 top-ups, of them 5,622,300 by the customers themselves (62.47 %): chosen."""
LINE_CALLS = 4_000
LINE_CALLS_RESOLVED = tuple(3_400 + 40 * number for number in range(11))
"""Calls a month about broadband and group lines, resolved at once 85 % in January and 95 % now: chosen."""

MEMBERS = 120_000
OFFERED, LEFT_ALONE = 54_000, 6_000
"""Members of the club, and the arms of June's offer: chosen."""
SURVEYED, AWARE_OF_ADVANTAGES, AWARE_OF_INTERACTION = 10_000, 9_300, 7_500
"""Asked in each of two surveys, and who of them knew: chosen; 93 and 75 % are printed."""
CONTACTED_AGAINST_WILL, VISITS_WITHOUT_RIGHT = 9, 6
"""Slips that are meant: offers made to people who had refused them, free visits without an entitlement."""
