"""Questions over all stages, and the proof that the books agree. Reads everything, writes no document."""
