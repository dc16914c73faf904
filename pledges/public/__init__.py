"""What everybody reads: home, the register, one pledge, verification, open data."""
