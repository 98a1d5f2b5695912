"""What one organ answered, and what is wrong with it."""
