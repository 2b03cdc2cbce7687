"""Work that outlasts the request that began it."""

from o2c.kernel.longwork.services import Told, carried_out_by, end_all, queue, run

__all__ = ["Told", "carried_out_by", "end_all", "queue", "run"]
