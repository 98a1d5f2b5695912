"""How far every organ is, as values, workbook and page."""
