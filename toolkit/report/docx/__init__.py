"""The report as a Word document: our own typography, or an office's house template."""
