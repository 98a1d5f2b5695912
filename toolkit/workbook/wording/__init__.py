"""Our own words in the workbook, by the language a form states; what the law says stands in the form's definition."""
