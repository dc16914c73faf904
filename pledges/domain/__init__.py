"""The rules: plain Python, no framework, no database, no network, no clock."""
