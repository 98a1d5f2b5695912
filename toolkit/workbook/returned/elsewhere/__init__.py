"""What stands beside its place, or where nobody reads it."""
