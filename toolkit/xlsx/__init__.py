"""The .xlsx file format: packages, parts, cells, patches and a strict writer. Knows no form."""
