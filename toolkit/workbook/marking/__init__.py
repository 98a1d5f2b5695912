"""The clerk's own workbook sent back with its findings marked in it."""
