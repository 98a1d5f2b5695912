"""Published or draft reports by the hundred: read, checked, compared year with year, listed."""
