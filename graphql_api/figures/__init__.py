"""Figures over GraphQL: metrics and what stands beside them, their rows and events, audits, calendars."""
