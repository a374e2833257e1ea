"""How much the newspaper's hotline did in a year; its report tells the procedure and prints no figure.

Every count here is chosen.
"""

COMPLAINTS = {"settled": 7_200, "settled_later": 1_680, "repeat": 420, "unreached": 300}
"""By how the loop went: settled at the first follow-up, at the second, only after several (repeat; malignant
where the category is grave), or closed after nobody was reached."""
REQUESTS = {"order": 21_000, "address_change": 9_400, "mailbox": 3_600, "paper_hold": 8_000}
PENALTIES, ENFORCED = 620, 465
STATIONS = 48
COPIES = 236_000
SPOILT_REQUESTS = 30
