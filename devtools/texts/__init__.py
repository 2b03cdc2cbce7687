"""The texts of the product and their translations. Runs in `.venv`, where Babel and Django are."""
