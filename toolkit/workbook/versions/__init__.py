"""Workbooks of earlier versions of a definition, carried over to the present one."""
