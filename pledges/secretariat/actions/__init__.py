"""What officers and operators do: one function, one transaction."""
