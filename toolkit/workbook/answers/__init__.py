"""Answers given from elsewhere: as JSON, as tables, under ids, official words or cells."""
