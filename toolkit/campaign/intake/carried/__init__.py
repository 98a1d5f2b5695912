"""Last year's figures: out of the round before, out of one table, out of published reports."""
