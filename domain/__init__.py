"""What may happen, and why: events, decisions and rules, without a database or data frames."""
