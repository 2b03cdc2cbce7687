"""Importing another system's sales: validate the whole file, then carry its documents through the cycle."""
