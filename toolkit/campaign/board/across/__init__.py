"""What only a look over all organs of a round shows."""
