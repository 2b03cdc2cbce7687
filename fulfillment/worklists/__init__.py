"""The warehouse's lists: what to pick, pack and hand over, what is on the road, what comes back, what to buy."""

from fulfillment.worklists.house import ToHandOver, ToPack, ToPick
from fulfillment.worklists.returns import Returns
from fulfillment.worklists.road import OnTheRoad, Shipments
from fulfillment.worklists.work import ToPerform, ToReorder

__all__ = ["OnTheRoad", "Returns", "Shipments", "ToHandOver", "ToPack", "ToPerform", "ToPick", "ToReorder"]
