"""Which cell to change: how people mistype, what is plausible, and the search for the cell."""
