"""Backups: a whole copy of the server in one file that stock tools open, and the way back from it."""
