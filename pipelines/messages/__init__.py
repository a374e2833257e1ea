"""Records told as messages: CloudEvents posted to /events, read by the same mappings as files."""
