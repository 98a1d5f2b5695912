"""What goes out: a workbook for every organ, bundled for every parent."""
