"""Goods in, counted and scrapped, and where and when they are kept."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Product
from fulfillment import services
from fulfillment.counting import LONGEST, NAME, Compared, compared, sheet_name, sheet_of
from fulfillment.forms import GridForm, Row
from fulfillment.losses import scrapped
from fulfillment.stock_forms import BinForm, ReceiveForm, RuleForm, ScrapForm, SheetForm
from fulfillment.views.picking import as_id
from inventory import services as stock
from inventory.models import ExpectedReceipt, ReorderRule, StockLevel, Warehouse
from o2c.kernel.db import lock_row
from o2c.kernel.deskform import posted
from o2c.kernel.figures import quantity as written
from o2c.kernel.requests import actor, company, today

PROPOSED = 8


@require_safe
@permission_required("inventory.view_stocklevel", raise_exception=True)
def options(request: HttpRequest) -> HttpResponse:
    """Propose goods for what is being typed into a field for a SKU."""
    words = str(next((value for name, value in request.GET.items() if name.startswith("product")), ""))
    words = words.replace("\x00", "").strip()[:60]
    goods = Product.objects.filter(kind=Product.Kind.GOODS, active=True)
    found = goods.filter(Q(sku__istartswith=words) | Q(name__icontains=words)).order_by("sku")
    return render(request, "fulfillment/_goods.html", {"goods": found[:PROPOSED] if words else []})


@require_http_methods(["GET", "POST"])
@permission_required("inventory.add_stockmove", raise_exception=True)
def receive(request: HttpRequest) -> HttpResponse:
    """Take goods in, against an expected receipt or freely, and go on with the next of the delivery."""
    form = ReceiveForm(posted(request), initial=_to_receive(request))
    if request.method == "POST" and form.is_valid() and _received(request, form):
        house, source = form.cleaned_data["warehouse"], form.cleaned_data["source"]
        again = {"warehouse": house.pk, "source": source, "reference": form.cleaned_data["reference"]}
        return redirect(f"{reverse('stock-receive')}?{urlencode(again)}")
    context = {"form": form, "currency": company(request).base_currency}
    return render(request, "fulfillment/receive.html", context, status=form.status)


def _to_receive(request: HttpRequest) -> dict[str, Any]:
    """Return what is known before anybody types: the open rest of an expected receipt, or the delivery so far."""
    known: dict[str, Any] = {name: request.GET.get(name, "") for name in ("source", "reference", "warehouse")}
    known["product"] = request.GET.get("sku", "")
    expected_id = as_id(request.GET.get("expected", ""))
    expected = (
        expected_id and ExpectedReceipt.objects.select_related("product").filter(pk=expected_id).first()
    )
    if expected:
        known |= {"warehouse": expected.warehouse_id, "reference": expected.reference}
        known |= {"product": expected.product.sku, "quantity": expected.open}
    return {name: value for name, value in known.items() if value}


def _received(request: HttpRequest, form: ReceiveForm) -> bool:
    data = form.cleaned_data
    product, house = data["product"], data["warehouse"]
    worth = form.hears(
        services.receive_goods,
        warehouse=house,
        product_id=product.pk,
        quantity=data["quantity"],
        unit_cost=data["unit_cost"],
        source=data["source"],
        on=today(request),
        actor=actor(request),
        reference=data["reference"],
        more_than_expected=data["more_than_expected"],
        confirms_implausible=data["confirms_implausible"],
    )
    if worth is None:
        return False
    if data["bin"]:
        stock.set_bin(warehouse_id=house.pk, product_id=product.pk, bin=data["bin"], actor=actor(request))
    told = {"quantity": written(data["quantity"]), "sku": product.sku, "warehouse": house.name}
    messages.success(request, _("%(quantity)s of %(sku)s are in %(warehouse)s.") % told)
    return True


@require_http_methods(["GET", "POST"])
@permission_required("inventory.add_stockmove", raise_exception=True)
def scrap(request: HttpRequest) -> HttpResponse:
    """Ask why, show what is lost and what remains, then throw goods away that are promised to nobody."""
    form = ScrapForm(posted(request), initial={"product": request.GET.get("sku", "")})
    losses, currency = None, company(request).base_currency
    if request.method == "POST" and form.is_valid():
        product, quantity = form.cleaned_data["product"], form.cleaned_data["quantity"]
        levels = StockLevel.objects.filter(warehouse=form.cleaned_data["warehouse"], product=product)
        losses = scrapped(levels.select_related("product").first(), quantity, currency=currency)
        if losses.confirmed_by(request.POST) and _scrapped(request, form):
            told = {"quantity": written(quantity), "sku": product.sku}
            messages.success(request, _("%(quantity)s of %(sku)s are scrapped.") % told)
            return redirect("product", sku=product.sku)
    context = {"form": form, "losses": losses, "currency": currency}
    return render(request, "fulfillment/scrap.html", context, status=form.status)


def _scrapped(request: HttpRequest, form: ScrapForm) -> bool:
    data = form.cleaned_data
    lost = form.hears(
        services.scrap_goods,
        warehouse=data["warehouse"],
        product_id=data["product"].pk,
        quantity=data["quantity"],
        reason=data["reason"],
        source=data["source"],
        on=today(request),
        actor=actor(request),
    )
    return lost is not None


@require_http_methods(["GET", "POST"])
@permission_required("inventory.add_stockmove", raise_exception=True)
def count(request: HttpRequest) -> HttpResponse:
    """Show a sheet to count by, then the differences with their worth, then post them."""
    asked = SheetForm(request.POST or request.GET or None)
    known = asked.is_valid()
    house = asked.cleaned_data["warehouse"] if known else None
    product_id = as_id(request.POST.get("product", "") or request.GET.get("product", ""))
    if house is None and product_id is not None:
        house = asked.fields["warehouse"].queryset.first()  # type: ignore[attr-defined]
    if house is None:
        asked = SheetForm(request.GET if request.GET.get("warehouse") else None)
        return render(request, "fulfillment/count_choose.html", {"form": asked})
    bins = asked.cleaned_data["bin"] if known else ""
    levels = sheet_of(warehouse=house, bins=bins, product_id=product_id)
    context = {
        "warehouse": house,
        "bins": bins,
        "product": product_id,
        "hidden": known and asked.cleaned_data["hidden"],
        "currency": house.company.base_currency,
        "too_long": len(levels) > LONGEST,
        "is_confirmed": request.POST.get("confirms_implausible") == "on",
        "source": request.POST.get("source")
        or sheet_name(
            warehouse=house,
            on=today(request),
            shelf=bins or (levels[0].product.sku if len(levels) == 1 else ""),
            lines=len(levels),
        ),
    }
    return _counted(request, house, levels[:LONGEST], context)


def _counted(
    request: HttpRequest, house: Warehouse, levels: list[StockLevel], context: dict[str, Any]
) -> HttpResponse:
    rows = [Row(level.pk, str(level.product), of=level) for level in levels]
    form = GridForm(posted(request), rows=rows, columns={"counted": _("Counted")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "fulfillment/count.html", context | {"form": form}, status=form.status)
    counted = form.column("counted")
    found = compared(levels, counted, currency=context["currency"])
    if not counted:
        form.add_error(
            None, _("Nothing was counted yet: enter at least one quantity, zero for an empty bin.")
        )
    elif (
        "post" in request.POST
        and not _moved(request, found)
        and _posted(request, form, house, found, context)
    ):
        return redirect(f"{reverse('stock')}?{urlencode({'warehouse': house.pk})}")
    shown = context | {
        "form": form,
        "found": found,
        "has_moved": "post" in request.POST and _moved(request, found),
    }
    template = (
        "fulfillment/count_preview.html"
        if counted and "again" not in request.POST
        else "fulfillment/count.html"
    )
    return render(request, template, shown, status=form.status)


def _moved(request: HttpRequest, found: Compared) -> bool:
    """Say whether stock moved between the preview and now: then the differences are others than were shown."""
    return any(request.POST.get(f"seen-{line.level.pk}", "") != line.seen for line in found.lines)


def _posted(
    request: HttpRequest, form: GridForm, house: Warehouse, found: Compared, context: dict[str, Any]
) -> bool:
    lines = found.postable or found.lines  # where nothing can be posted the refusal says why
    counted: dict[int, Decimal] = {line.level.product_id: line.counted for line in lines}
    worth = form.hears(
        services.count_many,
        warehouse=house,
        counted=counted,
        source=str(context["source"])[:NAME],
        on=today(request),
        actor=actor(request),
        confirms_implausible=context["is_confirmed"],
    )
    if worth is None:
        return False
    words = ngettext(
        "%(lines)d line is counted, %(changed)d corrected.",
        "%(lines)d lines are counted, %(changed)d corrected.",
        len(counted),
    )
    messages.success(request, words % {"lines": len(counted), "changed": len(found.differing)})
    if found.refused:
        skus = ", ".join(line.level.product.sku for line in found.refused)
        messages.warning(request, _("Not counted, because orders wait for them: %(skus)s.") % {"skus": skus})
    return True


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_stocklevel", raise_exception=True)
def put(request: HttpRequest, level_id: int) -> HttpResponse:
    """Ask where a product lies."""
    level = get_object_or_404(StockLevel.objects.select_related("product", "warehouse"), pk=level_id)
    form = BinForm(posted(request), initial={"bin": level.bin})
    if request.method == "POST" and form.is_valid():
        done = form.replaces(
            lambda: {"bin": StockLevel.objects.lock(level_id).bin},
            stock.set_bin,
            warehouse_id=level.warehouse_id,
            product_id=level.product_id,
            bin=form.cleaned_data["bin"],
            actor=actor(request),
        )
        if done is not None:
            messages.success(
                request, _("%(sku)s lies in %(bin)s.") % {"sku": level.product.sku, "bin": done.bin or "–"}
            )
            return redirect("product", sku=level.product.sku)
    context = {
        "form": form,
        "title": _("Where does %(sku)s lie?") % {"sku": level.product.sku},
        "text": f"{level.product.local_name} · {level.warehouse.name}",
        "yes": _("Save"),
        "back": reverse("product", args=[level.product.sku]),
    }
    return render(request, "fulfillment/ask.html", context, status=form.status)


def _rule_of(warehouse_id: int, product_id: int) -> dict[str, Any]:
    """Return what is stored of when a product is bought for a warehouse, or what is proposed."""
    names = ("minimum", "target", "lot", "lead_days", "supplier")
    rule = ReorderRule.objects.filter(warehouse=warehouse_id, product=product_id).values(*names).first()
    return dict(rule) if rule else {"lot": Decimal(1), "lead_days": 7}


@require_http_methods(["GET", "POST"])
@permission_required("inventory.change_reorderrule", raise_exception=True)
def rule(request: HttpRequest, warehouse_id: int, product_id: int) -> HttpResponse:
    """Ask when a product is bought for a warehouse, and up to how much."""
    house = get_object_or_404(Warehouse, pk=warehouse_id)
    product = get_object_or_404(Product, pk=product_id, kind=Product.Kind.GOODS)
    form = RuleForm(posted(request), initial=_rule_of(house.pk, product_id))
    if request.method == "POST" and form.is_valid():
        done = form.replaces(
            lambda: _rule_of(house.pk, lock_row(Product, product_id).pk),  # there may be no rule to lock yet
            stock.set_reorder_rule,
            warehouse=house,
            product_id=product.pk,
            actor=actor(request),
            **form.cleaned_data,
        )
        if done is not None:
            messages.success(request, _("The reorder rule of %(sku)s is saved.") % {"sku": product.sku})
            return redirect("product", sku=product.sku)
    context = {
        "form": form,
        "title": _("When is %(sku)s bought?") % {"sku": product.sku},
        "text": f"{product.local_name} · {house.name}",
        "yes": _("Save"),
        "back": reverse("product", args=[product.sku]),
    }
    return render(request, "fulfillment/ask.html", context, status=form.status)
