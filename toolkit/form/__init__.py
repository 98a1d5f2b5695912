"""What the law asks for: definitions, rules and the geometry of the official tables."""
