"""Work that outlasts the call that began it."""

from o2c.gateway.jobs.services import Told, carried_out_by, end_all, queue, run

__all__ = ["Told", "carried_out_by", "end_all", "queue", "run"]
