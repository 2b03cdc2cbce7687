"""The gate to the API: who may call, the sandbox, and what is told to others by webhook."""
