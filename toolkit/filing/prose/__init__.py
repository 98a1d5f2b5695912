"""Words and figures: the prose of a filing and the numbers in it."""
