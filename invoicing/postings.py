"""Issued documents as journal entries. Document in, balanced draft out; writes nothing."""

from collections.abc import Sequence
from decimal import Decimal

from invoicing.models import Invoice, InvoiceLine, InvoiceTax
from ledger.entries import EntryDraft, Leg, Role, credit, debit, without_empty
from ledger.rules import to_base
from o2c.kernel.money import ZERO


def invoice_issued(
    invoice: Invoice,
    *,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    rate: Decimal,
    base_currency: str,
    actor_id: int,
) -> EntryDraft:
    """Dr receivables gross; Cr revenue net by kind, output tax by group. A credit note the other way round.

    Each credit leg is converted at *rate* and rounded; the receivable is their sum, so the entry
    balances in both currencies.
    """
    assert invoice.issued_on is not None
    credits = [
        *_revenue(invoice, lines, rate=rate, base_currency=base_currency),
        *_output_tax(invoice, taxes, rate=rate, base_currency=base_currency),
    ]
    receivable = debit(
        Role.RECEIVABLES,
        sum((leg.credit - leg.debit for leg in credits), ZERO),
        currency=invoice.currency,
        amount=invoice.gross * invoice.sign,
        party_id=invoice.customer_id,
    )
    return EntryDraft(
        company_id=invoice.company_id,
        source=f"invoice/{invoice.pk}/issued",
        on=invoice.issued_on,
        description=f"{invoice.get_kind_display()} to {invoice.buyer['name']}",
        actor_id=actor_id,
        legs=without_empty([receivable, *credits]),
    )


def _revenue(
    invoice: Invoice, lines: Sequence[InvoiceLine], *, rate: Decimal, base_currency: str
) -> list[Leg]:
    nets: dict[Role, Decimal] = {}
    for line in lines:
        role = Role.SERVICE_REVENUE if line.is_service else Role.REVENUE
        nets[role] = nets.get(role, ZERO) + line.net
    return [
        credit(
            role,
            to_base(net, rate=rate, base_currency=base_currency) * invoice.sign,
            currency=invoice.currency,
            amount=net * invoice.sign,
        )
        for role, net in nets.items()
    ]


def _output_tax(
    invoice: Invoice, taxes: Sequence[InvoiceTax], *, rate: Decimal, base_currency: str
) -> list[Leg]:
    return [
        credit(
            Role.OUTPUT_TAX,
            to_base(group.tax, rate=rate, base_currency=base_currency) * invoice.sign,
            currency=invoice.currency,
            amount=group.tax * invoice.sign,
            tax_code=f"{group.code} {group.rate.normalize():f}",
        )
        for group in taxes
    ]
