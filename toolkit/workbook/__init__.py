"""The Excel side: where each field stands, the locked template, filling and reading."""
