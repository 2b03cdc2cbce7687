"""How pages write figures and states."""
