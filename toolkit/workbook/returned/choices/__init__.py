"""What was chosen above a table: blanks declared nought, a table pasted in whole."""
