"""Many organs: one year's round, from the roster to the published total."""
