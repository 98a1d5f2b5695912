"""The fast way through the large parts, where it is certain to agree with the reference."""
