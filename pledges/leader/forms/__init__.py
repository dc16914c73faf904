"""What a cabinet types in."""
