"""Organs judged alike: what the round knows of each, and points by the rules the office has written."""
