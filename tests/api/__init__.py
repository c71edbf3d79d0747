"""The server through its HTTP door."""
