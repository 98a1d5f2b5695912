"""Many returns become one: sums, consolidated workbook, plain data, and where a figure comes from."""
