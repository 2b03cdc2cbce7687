"""The warehouse's addresses."""

from django.urls import path

from fulfillment import worklists
from fulfillment.views import goods, leaving, papers, picking, returns, transfers
from inventory import worklists as stock
from o2c.kernel.worklists.views import page_of

urlpatterns = [
    path("warehouse/pick/", page_of(worklists.ToPick), name="to-pick"),
    path("warehouse/pick/sheet/", picking.sheet, name="pick-sheet"),
    path("warehouse/pack/", page_of(worklists.ToPack), name="to-pack"),
    path("warehouse/ship/", page_of(worklists.ToHandOver), name="to-hand-over"),
    path("warehouse/road/", page_of(worklists.OnTheRoad), name="on-the-road"),
    path("warehouse/services/", page_of(worklists.ToPerform), name="to-perform"),
    path("returns/", page_of(worklists.Returns), name="returns"),
    path("returns/<str:number>/receive/", returns.receive, name="return-receive"),
    path("returns/<str:number>/inspect/", returns.inspect, name="return-inspect"),
    path("returns/<str:number>/cancel/", returns.cancel, name="return-cancel"),
    path("shipments/", page_of(worklists.Shipments), name="shipments"),
    path("shipments/<int:shipment_id>/packing-slip/", papers.packing_slip, name="packing-slip"),
    path("shipments/<int:shipment_id>/customs-invoice/", papers.customs_invoice, name="customs-invoice"),
    path("shipments/boxes/<int:package_id>/label/", papers.label, name="shipping-label"),
    path("shipments/<str:number>/pick/", picking.pick, name="shipment-pick"),
    path("shipments/<str:number>/pick/start/", picking.start, name="shipment-start"),
    path("shipments/<str:number>/pick/done/", picking.picked, name="shipment-picked"),
    path("shipments/<str:number>/pack/", leaving.pack, name="shipment-pack"),
    path("shipments/<str:number>/ship/", leaving.ship, name="shipment-ship"),
    path("shipments/<str:number>/deliver/", leaving.deliver, name="shipment-deliver"),
    path("shipments/<str:number>/cancel/", leaving.cancel, name="shipment-cancel"),
    path("shipments/<str:number>/return/", returns.authorise, name="return-authorise"),
    path("stock/", page_of(stock.StockList), name="stock"),
    path("stock/reorder/", page_of(worklists.ToReorder), name="to-reorder"),
    path("stock/reorder/<int:warehouse_id>/<int:product_id>/", goods.rule, name="reorder-rule"),
    path("stock/bins/<int:level_id>/", goods.put, name="stock-bin"),
    path("stock/expected/", page_of(stock.ExpectedList), name="expected"),
    path("stock/receive/", goods.receive, name="stock-receive"),
    path("stock/goods/", goods.options, name="goods-options"),
    path("stock/count/", goods.count, name="stock-count"),
    path("stock/scrap/", goods.scrap, name="stock-scrap"),
    path("stock/transfers/", page_of(stock.TransferList), name="transfers"),
    path("stock/transfers/new/", transfers.send, name="transfer-send"),
    path("stock/transfers/<str:number>/", transfers.show, name="transfer"),
    path("stock/transfers/<str:number>/receive/", transfers.receive, name="transfer-receive"),
]
