"""The cash desk's pages: a payment is recorded, allocated by ticking, taken back and reversed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Customer
from ledger.errors import RateMissing
from ledger.rules import to_base
from ledger.selectors import rate_on
from o2c.kernel.figures import money
from o2c.kernel.models import Company
from o2c.kernel.requests import actor, company, today
from receivables import proposals, selectors, services
from receivables.errors import PaymentRepeated
from receivables.forms import AllocateForm, PaymentForm, ReversalForm, customers_meant, is_said
from receivables.labels import use_of
from receivables.models import Allocation, Payment, Receivable
from receivables.rules import Why, is_payable

FOUND = 8
TOLD = 5  # documents that a message names
BY_HAND = "by-hand"  # stands for what was proposed once somebody has ticked otherwise


@require_GET
@permission_required("customers.view_customer", raise_exception=True)
def customer_options(request: HttpRequest) -> HttpResponse:
    """Return the customers that what was typed may mean, as options of the field."""
    words = request.GET.get("customer", "").replace("\x00", "").strip()[:60]
    return render(request, "receivables/_customers.html", {"found": customers_meant(words)[:FOUND]})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of a new payment says so far."""

    customer: Customer | None
    form: PaymentForm
    allocation: AllocateForm
    proposal: proposals.Proposal | None
    proposed: str = ""  # what was ticked by us, or BY_HAND


@require_http_methods(["GET", "POST"])
@permission_required("receivables.record_payment", raise_exception=True)
def new_payment(request: HttpRequest) -> HttpResponse:
    """Ask who paid how much for what, show what would be booked, then record and allocate it in one step."""
    asked = _asked(request)
    is_guess = _is_guess(request, asked)
    is_look = request.POST.get("do") == "look" or is_guess
    if is_look:
        asked.form.forgive_what_is_missing()
    if request.method == "POST" and not is_look and asked.form.is_valid() and asked.allocation.is_valid():
        payment = asked.form.hears(services.receive_payment, **_received(request, asked))
        if payment is not None:
            _tell_received(request, payment)
            return redirect("payment-new" if not payment.unallocated else "payment", *_number(payment))
    context = {
        "form": asked.form,
        "allocation": asked.allocation,
        "proposal": asked.proposal,
        "payer": asked.customer,
        "is_guess": is_guess and request.POST.get("do") != "look",
        "asks_duplicate": isinstance(asked.form.refusal, PaymentRepeated),
        "listed": asked.customer.number if asked.customer else "",
        "proposed": asked.proposed,
    }
    status = 200 if is_look or request.method == "GET" else asked.form.status
    return render(request, "receivables/new_payment.html", context, status=status)


def _is_untouched(request: HttpRequest, ticks: proposals.Ticks) -> bool:
    """Say whether what is ticked was proposed before all was typed, so that a better proposal replaces it.

    Also when the payment is recorded: who presses Enter at once has not seen what the text names.
    """
    return request.POST.get("proposed") == _written(ticks.items) and not ticks.amounts


def _is_guess(request: HttpRequest, asked: Asked) -> bool:
    """Say whether nobody has seen yet which customer a part of a name was taken for."""
    if request.method == "GET" or asked.customer is None:
        return False
    is_seen = request.POST.get("listed") == asked.customer.number
    return not is_seen and not is_said(asked.customer, request.POST.get("customer", "").strip())


def _written(keys: frozenset[int]) -> str:
    return ",".join(str(key) for key in sorted(keys))


def _number(payment: Payment) -> list[str]:
    return [payment.number] if payment.unallocated else []


def _asked(request: HttpRequest) -> Asked:
    if request.method == "GET":
        return _first_asked(request)
    form = PaymentForm(request.POST)
    form.is_valid()
    customer: Customer | None = form.cleaned_data.get("customer")
    items = _items_of(customer)
    allocation = AllocateForm(request.POST, items=items)
    amount: Decimal = form.cleaned_data.get("amount") or Decimal(0)
    proposal, told = None, ""
    if customer is not None:
        is_other = request.POST.get("listed") != customer.number
        reference = form.cleaned_data.get("reference", "")
        is_new = is_other or _is_untouched(request, allocation.ticks)
        why, ticks = proposals.first_ticks(amount, reference, items) if is_new else (None, allocation.ticks)
        told = _written(ticks.items) if is_new else BY_HAND
        rows = proposals.proposed_rows(amount, items, ticks)
        payment = _unsaved(customer, amount, form, company=company(request), on=today(request))
        proposal = proposals.of_payment(
            payment,
            rows,
            on=payment.received_on,
            why=why or Why.NONE,
            is_new=is_payable(amount, customer.currency),
        )
    return Asked(customer, form, allocation, proposal, told)


def _first_asked(request: HttpRequest) -> Asked:
    """Return the form before anybody typed, filled with the customer and the invoice of the address."""
    customer = Customer.objects.filter(number=request.GET.get("customer", "")).first()
    items = _items_of(customer)
    named = [item for item in items if item.document_number == request.GET.get("invoice", "")]
    initial: dict[str, Any] = {"received_on": today(request), "method": Payment.Method.BANK}
    proposal = None
    if customer is not None:
        initial["customer"] = f"{customer.number} {customer.name}"
        amount = sum((item.open_amount for item in named), Decimal(0))
        initial |= {"amount": amount, "reference": named[0].document_number} if named else {}
        form = PaymentForm(initial=initial)
        ticks = proposals.Ticks(frozenset(item.pk for item in named), {})
        payment = _unsaved(customer, amount, form, company=company(request), on=today(request))
        rows = proposals.proposed_rows(amount, items, ticks)
        proposal = proposals.of_payment(payment, rows, on=today(request), is_new=amount > 0)
    told = _written(frozenset(item.pk for item in named))
    return Asked(customer, PaymentForm(initial=initial), AllocateForm(None, items=items), proposal, told)


def _items_of(customer: Customer | None) -> list[Receivable]:
    if customer is None:
        return []
    return list(selectors.open_items(customer_id=customer.pk, currency=customer.currency))


def _unsaved(
    customer: Customer, amount: Decimal, form: PaymentForm, *, company: Company, on: date
) -> Payment:
    """Return the payment as it would be recorded, to show what it would book."""
    data = getattr(form, "cleaned_data", {})
    received_on = data.get("received_on") or on
    try:
        rate = rate_on(
            company_id=company.pk,
            base_currency=company.base_currency,
            currency=customer.currency,
            on=received_on,
        )
    except RateMissing:
        rate = Decimal(0)
    base = to_base(amount, rate=rate, base_currency=company.base_currency)
    return Payment(
        company=company,
        customer=customer,
        method=data.get("method") or Payment.Method.BANK,
        received_on=received_on,
        currency=customer.currency,
        amount=amount,
        unallocated=amount,
        base_amount=base,
        base_unallocated=base,
        actor_id=0,
    )


def _received(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    data = asked.form.cleaned_data
    customer: Customer = data["customer"]
    return {
        "company": company(request),
        "customer_id": customer.pk,
        "amount": data["amount"],
        "currency": customer.currency,
        "received_on": data["received_on"],
        "method": data["method"],
        "reference": data["reference"],
        "acknowledges_duplicate": data["acknowledges_duplicate"],
        "shares": asked.proposal.shares if asked.proposal else {},
        "actor": actor(request),
        "today": today(request),
    }


def _tell_received(request: HttpRequest, payment: Payment) -> None:
    amount = f"{money(payment.amount, payment.currency)} {payment.currency}"
    made = list(payment.allocations.in_force().select_related("receivable").order_by("pk"))
    if made:
        numbers = ", ".join(allocation.receivable.document_number for allocation in made[:TOLD])
        text = _("%(payment)s for %(amount)s is recorded, and used for %(documents)s.") % {
            "payment": payment.number,
            "amount": amount,
            "documents": numbers + (" …" if len(made) > TOLD else ""),
        }
        _tell_with_undo(request, payment, made, text)
    else:
        messages.success(
            request, _("%(payment)s for %(amount)s is on account.") % {"payment": payment, "amount": amount}
        )


def _tell_with_undo(request: HttpRequest, payment: Payment, made: list[Allocation], text: str) -> None:
    """Say what was done, with the way back: `undo.js` lets it stand out for ten seconds."""
    query = "&".join(f"id={allocation.pk}" for allocation in made)
    address = f"{reverse('payment-undo', args=[payment.number])}?{query}"
    messages.success(
        request,
        format_html('{} <a class="link" data-undo href="{}">{}</a>', text, address, _("Undo the allocation")),
    )


@require_http_methods(["GET", "POST"])
@permission_required("receivables.view_payment", raise_exception=True)
def payment(request: HttpRequest, number: str) -> HttpResponse:
    """Show a payment with what it was used for, and let what is left of it be allocated by ticking."""
    chosen = get_object_or_404(Payment.objects.select_related("customer", "company"), number=number)
    items = []
    if chosen.unallocated:
        items = list(selectors.open_items(customer_id=chosen.customer_id, currency=chosen.currency))
    form = AllocateForm(request.POST or None, items=items)
    proposal = _proposal(request, chosen, items, form)
    is_look = request.POST.get("do") == "look"
    if request.method == "POST" and not is_look and form.is_valid():
        made = form.hears(
            services.allocate_payment,
            payment_id=chosen.pk,
            shares=proposal.shares,
            on=today(request),
            actor=actor(request),
        )
        if made is not None:
            return _on_to_the_next(request, chosen, made)
    context = {
        "payment": chosen,
        "tag": use_of(chosen),
        "used": chosen.allocations.select_related("receivable").order_by("pk"),
        "form": form,
        "proposal": proposal,
        "credits": selectors.unused_credits(customer_id=chosen.customer_id, currency=chosen.currency),
    }
    return render(request, "receivables/payment.html", context, status=200 if is_look else form.status)


def _proposal(
    request: HttpRequest, chosen: Payment, items: list[Receivable], form: AllocateForm
) -> proposals.Proposal:
    if request.method == "POST":
        why, ticks = Why.NONE, form.ticks
    else:
        why, ticks = proposals.first_ticks(chosen.unallocated, chosen.reference, items)
    rows = proposals.proposed_rows(chosen.unallocated, items, ticks)
    return proposals.of_payment(chosen, rows, on=today(request), why=why)


def _on_to_the_next(request: HttpRequest, chosen: Payment, made: list[Allocation]) -> HttpResponse:
    _tell_with_undo(request, chosen, made, _("%(payment)s is allocated.") % {"payment": chosen.number})
    following = selectors.next_due_for_allocation(after=chosen.pk)
    return redirect("payment", following.number) if following else redirect("payments-to-allocate")


@require_http_methods(["GET", "POST"])
@permission_required("receivables.allocate", raise_exception=True)
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Ask whether allocations are taken back, then take them back: the money is on account again."""
    chosen = get_object_or_404(Payment.objects.select_related("customer"), number=number)
    wanted = request.POST.getlist("id") or request.GET.getlist("id")
    ids = [int(text) for text in wanted[:100] if text.isascii() and text.isdigit() and len(text) < 19]
    made = list(chosen.allocations.in_force().filter(pk__in=ids).select_related("receivable"))
    if request.method == "POST":
        for allocation in made:
            services.reverse_allocation(allocation_id=allocation.pk, on=today(request), actor=actor(request))
        messages.success(request, _("Taken back: the money is on account again."))
        return redirect("payment", chosen.number)
    return render(request, "receivables/undo.html", {"payment": chosen, "made": made})


@require_http_methods(["GET", "POST"])
@permission_required("receivables.reverse_payment", raise_exception=True)
def reverse_payment(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why, then take a payment out of the books again."""
    chosen = get_object_or_404(Payment.objects.select_related("customer"), number=number)
    form = ReversalForm(request.POST or None)
    if form.is_valid():
        done = form.hears(
            services.reverse_payment,
            payment_id=chosen.pk,
            reason=form.cleaned_data["reason"],
            on=today(request),
            actor=actor(request),
        )
        if done is not None:
            messages.success(request, _("%(payment)s is reversed.") % {"payment": chosen.number})
            return redirect("payment", chosen.number)
    context = {"payment": chosen, "form": form, "dated": chosen.day_of_reversal(today(request))}
    return render(request, "receivables/reverse.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("receivables.allocate", raise_exception=True)
def credit(request: HttpRequest, number: str) -> HttpResponse:
    """Let what is left of a credit note be used for open invoices by ticking."""
    notes = Receivable.objects.filter(kind=Receivable.Kind.CREDIT_NOTE).select_related("customer", "company")
    note = get_object_or_404(notes, document_number=number)
    items = list(selectors.open_items(customer_id=note.customer_id, currency=note.currency))
    form = AllocateForm(request.POST or None, items=items)
    if request.method == "POST":
        ticks = form.ticks
    else:
        _why, ticks = proposals.first_ticks(-note.open_amount, "", items)
    proposal = proposals.of_credit(
        note, proposals.proposed_rows(-note.open_amount, items, ticks), on=today(request)
    )
    is_look = request.POST.get("do") == "look"
    if request.method == "POST" and not is_look and form.is_valid():
        made = form.hears(
            services.allocate_credit,
            credit_id=note.pk,
            shares=proposal.shares,
            on=today(request),
            actor=actor(request),
        )
        if made is not None:
            messages.success(request, _("%(number)s is used.") % {"number": number})
            return redirect("invoice", number)
    context = {"note": note, "form": form, "proposal": proposal}
    return render(request, "receivables/credit.html", context, status=200 if is_look else form.status)
