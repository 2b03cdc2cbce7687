"""The pages in a real browser: they are walked as people do, and looked over by axe."""
