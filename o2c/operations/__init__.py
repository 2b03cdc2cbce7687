"""Commands that compose every stage: the demo company, imports, the drawings."""
