"""Other people's files: any document as grids and lines, the official tables in them, figures as they were meant."""
