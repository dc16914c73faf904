"""What the press reads: editions, their files and their hashes."""
