"""The pages: each module answers the addresses that are named after it in `toolkit/desk/addresses.py`."""
