"""Other people's files as figures: what they wrote, read as they meant it."""
