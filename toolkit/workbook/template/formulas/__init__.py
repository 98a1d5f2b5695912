"""The formulas of our workbook and the results they give: totals, live words, verdict, code."""
