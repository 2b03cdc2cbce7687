"""How pages write figures, and the cells of worklists."""
