"""What comes in: files found, read, checked and kept as receipts."""
