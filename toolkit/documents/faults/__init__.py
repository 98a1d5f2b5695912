"""What is to be said of a report: where it departs from the form, which printed totals are wrong."""
