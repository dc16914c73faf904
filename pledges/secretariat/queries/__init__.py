"""What officers look up."""
