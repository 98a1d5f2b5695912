"""This year beside last, organ beside organ."""
