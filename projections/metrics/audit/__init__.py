"""Printed figures checked: which definition, period, base of days and rounding reproduce them, or none."""
