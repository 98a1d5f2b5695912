"""Writing the locked workbook: its sheets, formulas, colours, prompts, and copies by the thousand."""
