"""What a cabinet and a leader can do: one function, one transaction."""
