"""Many organs: rosters, folders, receipts, merging and tracing."""
