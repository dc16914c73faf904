"""What officers do: queue, decide, import, letters, editions."""
