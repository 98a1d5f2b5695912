"""What only a spreadsheet shows: tables laid out as printed to the cell, values beside their labels."""
