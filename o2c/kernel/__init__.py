"""The ground floor: money, numbers, events, audit, jobs. Imports no other app of ours."""
