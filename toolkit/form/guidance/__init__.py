"""What helps to fill a form in: an invented example, and short answers to what clerks ask."""
