"""What an office adds to an official edition."""
