"""The official tables found on the grids of a document: their rows by labels, their columns by heads."""
