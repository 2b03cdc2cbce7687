"""Shipments, returns and access in the REST API."""
