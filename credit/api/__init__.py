"""Customers' credit in the REST API."""
