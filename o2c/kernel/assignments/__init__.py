"""Delegation: work on any document given to a person or a department, with a day by which it should be done.

The desks' due lists say what waits; an assignment says who looks at this one, and until when.
"""
