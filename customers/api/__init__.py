"""Customers, and what things cost them, in the REST API."""
