"""What can be told over GraphQL: one mutation per command."""
