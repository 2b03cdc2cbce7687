"""Invoices, credit notes, and the payments that settle them, in the REST API."""
