"""Scheduled jobs: each runs once for a business date, and again where a person asks."""

from o2c.kernel.jobs.runs import DEAD_AFTER, run_once

__all__ = ["DEAD_AFTER", "run_once"]
