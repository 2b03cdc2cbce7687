"""The billing desk's pages: the printed invoice, its preview, issuing, discarding, and credit notes."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from fulfillment.models import Return
from invoicing import pdf, selectors, services
from invoicing.forms import CreditNoteForm
from invoicing.models import Invoice
from o2c.kernel.deskform import DeskForm
from o2c.kernel.requests import actor, today
from orders.rules import totals_of


@require_safe
@permission_required("invoicing.view_printedinvoice", raise_exception=True)
def invoice_pdf(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Give out the PDF as the customer got it.

    :raises DocumentNotPrinted: it is still being made.
    """
    printed = selectors.printed(invoice_id)
    return HttpResponse(
        bytes(printed.content),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{printed.invoice.number}.pdf"',
            "ETag": f'"{printed.sha256}"',
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type] # its stub knows no parts of addresses
@permission_required("invoicing.view_invoice", raise_exception=True)
def preview(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Show a document as it is printed, at once: the markup that the PDF is made of. Our own pages frame it."""
    invoice = get_object_or_404(Invoice, pk=invoice_id)
    return HttpResponse(
        pdf.markup(
            invoice=invoice,
            lines=invoice.lines.select_related("product").order_by("position"),
            taxes=invoice.taxes.order_by("code", "-rate"),
            on_screen=True,
        )
    )


@require_http_methods(["GET", "POST"])
@permission_required("invoicing.issue_invoice", raise_exception=True)
def issue(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Ask whether a draft is right, then issue it; what is missing is named."""
    draft = get_object_or_404(Invoice.objects.select_related("customer"), pk=invoice_id)
    form = DeskForm(request.POST or None)
    if request.method == "POST":
        issued = form.hears(
            services.issue_invoice, invoice_id=draft.pk, on=today(request), actor=actor(request)
        )
        if issued is not None:
            messages.success(request, _("%(number)s is issued.") % {"number": issued.number})
            return redirect("invoice", issued.number)
    context = {"invoice": draft, "form": form}
    return render(request, "invoicing/issue.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("invoicing.add_invoice", raise_exception=True)
def discard(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Ask whether a draft is to be thrown away, and say what is to be done again then."""
    draft = get_object_or_404(Invoice.objects.select_related("customer", "credits"), pk=invoice_id)
    form = DeskForm(request.POST or None)
    if request.method == "POST":
        form.hears(services.discard_draft, invoice_id=draft.pk, on=today(request), actor=actor(request))
        if form.refusal is None:
            messages.success(request, _("The draft is discarded."))
            return redirect("drafts")
    context = {"invoice": draft, "form": form}
    return render(request, "invoicing/discard.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("invoicing.add_invoice", raise_exception=True)
def credit_note(request: HttpRequest, number: str) -> HttpResponse:
    """Ask how much of an invoice is given back and why, show what that is worth, then draft the credit note."""
    invoices = Invoice.objects.filter(kind=Invoice.Kind.INVOICE).select_related("customer")
    invoice = get_object_or_404(invoices, number=number)
    lines = list(invoice.lines.select_related("product").order_by("position"))
    form = CreditNoteForm(
        request.POST or None, invoice=invoice, lines=lines, creditable=selectors.creditable(lines)
    )
    if request.method == "POST" and request.POST.get("do") != "look" and form.is_valid():
        draft = form.hears(
            services.credit_invoice,
            invoice_id=invoice.pk,
            quantities=form.quantities,
            reason=form.cleaned_data["reason"],
            on=today(request),
            actor=actor(request),
        )
        if draft is not None:
            return _drafted(request, draft)
    is_look = request.POST.get("do") == "look"
    context = {"invoice": invoice, "form": form, "came_back": selectors.returns_to_credit_of(invoice)}
    return render(request, "invoicing/credit_note.html", context, status=200 if is_look else form.status)


@require_http_methods(["GET", "POST"])
@permission_required("invoicing.add_invoice", raise_exception=True)
def credit_return(request: HttpRequest, number: str) -> HttpResponse:
    """Show what of a return is to be credited and what that is worth, then draft the credit note."""
    returns = Return.objects.select_related("shipment__order__customer")
    returned = get_object_or_404(returns, number=number)
    form = DeskForm(request.POST or None)
    if request.method == "POST":
        draft = form.hears(
            services.credit_return, return_id=returned.pk, on=today(request), actor=actor(request)
        )
        if draft is not None:
            return _drafted(request, draft)
        if form.refusal is None:
            messages.info(request, _("Other credit notes gave all of it back: the return is credited."))
            return redirect("return", returned.number)
    invoice, parts = selectors.credit_of_return(returned)
    sums = (
        totals_of(((part.quantity, part.line) for part in parts), currency=invoice.currency)
        if invoice
        else None
    )
    context = {"returned": returned, "invoice": invoice, "parts": parts, "totals": sums, "form": form}
    return render(request, "invoicing/credit_return.html", context, status=form.status)


def _drafted(request: HttpRequest, draft: Invoice) -> HttpResponse:
    messages.success(request, _("The credit note is drafted: look at it, then issue it."))
    return redirect("invoice", str(draft.pk))
