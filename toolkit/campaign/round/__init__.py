"""The round itself: its folder, roster, seal, lock, workers and output files."""
