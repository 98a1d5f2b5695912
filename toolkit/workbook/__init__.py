"""Our workbook: where each field stands, writing it (template), reading it back (returned), filling it."""
