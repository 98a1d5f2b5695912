"""The publication: one neutral document and a renderer for each output."""
