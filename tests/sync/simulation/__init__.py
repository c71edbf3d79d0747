"""The whole system in small: real servers over real databases, the shipped phone code, every fault that can be ordered."""
