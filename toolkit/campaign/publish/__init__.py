"""The reports of a round."""
