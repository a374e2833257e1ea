"""How much the inbound centre did from January to November of its year; the report prints rates alone.

Every count here is chosen so that it gives the printed value when divided; what is printed is said.
"""

SHIFTS = 8_000
"""Agents' days at work."""
CALLS = {"answered": 912_000, "abandoned": 45_957, "callback_requested": 6_000}
"""114 answered calls per agent and day and, of 963,957 offered, 94.61 % answered: both printed."""
WAIT_SECONDS = 6
"""Printed as a mean over answered calls; waits are drawn so that they add up to it."""
RATINGS = {"satisfied": 284_010, "dissatisfied": 15_990}
"""Of 300,000 rated calls 94.67 % satisfied (printed)."""

AGENTS, JOINED, LEFT, LEFT_AFTER_A_YEAR = 45, 1, 8, 4
"""Printed: 38 available at the end, seven fewer than in January, four of the leavers after more than a year;
the nine leavers that it prints beside these are a forecast to December."""
OTHERS = {"team_lead": 7, "quality_reviewer": 7, "consultant": 2, "trainee": 12}
"""Printed."""
TARGETS = {
    "answer_rate": ("0.94", "higher"),
    "satisfaction": ("0.95", "higher"),
    "average_speed_of_answer": ("7", "lower"),
    "calls_per_agent_day": ("105", "higher"),
}
"""Printed."""
CUSTOMERS = 400_000
