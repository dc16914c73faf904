"""What a leader and their cabinet do: prepare, review, sign, follow, withdraw."""
