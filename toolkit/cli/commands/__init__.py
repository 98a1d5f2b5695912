"""The commands, by the day of work they belong to."""
