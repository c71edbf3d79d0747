"""Shibu's server: accounts, records and their sync, forms, and the pages that hold the phone app."""

__version__ = "0.1.0"
