"""What comes in: files found, read, judged and kept as receipts."""
