"""What goes back to an organ that must mend something."""
