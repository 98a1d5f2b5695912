"""Reading a workbook that came back: whose it is, where its fields stand, what was typed."""
