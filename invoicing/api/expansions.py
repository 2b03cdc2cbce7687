"""What invoicing has of an order, and what settled it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.api.serializers import SettlementOut, open_of
from invoicing.models import Invoice
from o2c.kernel import public_ids
from o2c.kernel.api.expansion import Offer
from o2c.kernel.api.serializers import MONEY, MoneyField, Output, money
from o2c.kernel.principal import Principal
from receivables.models import Allocation


class OrderDocumentOut(Output):
    """An invoice or credit note of an order, in short; amounts of both are positive."""

    id = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(Invoice.Kind.values)
    number = serializers.CharField()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    gross = MoneyField()
    open = serializers.SerializerMethodField(help_text="What is left to pay, or to use of a credit note.")

    def get_id(self, document: Invoice) -> str:
        """Return the id of an invoice or of a credit note."""
        return public_ids.written("inv" if document.sign > 0 else "crn", document.public_id)

    @extend_schema_field(MONEY)
    def get_open(self, document: Invoice) -> dict[str, str]:
        """Return what is open."""
        return money(open_of(document), document.currency)


def _invoices(principal: Principal, orders: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return the issued documents of some orders by order, the oldest first; one query."""
    known = Invoice.objects.for_principal(principal).filter(order_id__in=[order.pk for order in orders])
    found: dict[int, list[Invoice]] = defaultdict(list)
    for document in known.select_related("receivable").order_by("pk"):
        assert document.order_id is not None
        found[document.order_id].append(document)
    return found


def _payments(_principal: Principal, documents: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return what settled some invoices, or what their credit notes were used for, by document; one query."""
    owed = {document.receivable_id: document.pk for document in documents if document.receivable_id}
    known = Allocation.objects.filter(receivable_id__in=owed) | Allocation.objects.filter(credit_id__in=owed)
    found: dict[int, list[Allocation]] = defaultdict(list)
    for used in known.select_related("payment", "credit__invoice", "receivable__invoice").order_by("pk"):
        for receivable_id in {used.receivable_id, used.credit_id} & owed.keys():
            found[owed[receivable_id]].append(used)
    return found


OFFERS = (
    Offer(
        resource="orders",
        name="invoices",
        scope="invoices:read",
        shape=OrderDocumentOut,
        find=_invoices,
        leads_to="order-documents",
    ),
    Offer(
        resource="order-documents",
        name="payments",
        scope="payments:read",
        shape=SettlementOut,
        find=_payments,
    ),
)
