"""The local page of the coordinator: the whole round in a browser, on this machine only."""
