"""Changes to a workbook beyond single cells: sheets, styles, notes and conditional formats, part by part."""
