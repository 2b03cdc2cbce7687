"""The journal, ageing and statements in the REST API."""
