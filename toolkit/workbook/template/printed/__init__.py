"""The sheet that is printed and stamped: tables and prose as they read, all by formulas."""
