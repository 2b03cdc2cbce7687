"""The finance console: what opens, what is refused, and under whose name things change."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import BooleanField
from django.urls import reverse
from django.utils import translation

from catalog.models import OrderDiscount, Price, TaxRate
from customers.models import Customer, PaymentTerms
from inventory.models import StockLevel
from invoicing.models import Invoice, PrintedInvoice
from ledger.models import DailyTurnover, ExchangeRate, JournalEntry, Period
from o2c.kernel.admin import DocumentAdmin
from o2c.kernel.models import (
    Attachment,
    AuditEntry,
    DocumentCounter,
    Event,
    EventDelivery,
    JobFile,
    JobRow,
    JobRun,
    Note,
    SavedView,
)
from o2c.kernel.models.attached import AttachedBytes
from orders.models import Order
from receivables.models import Receivable
from tests.world import World, all_roles, staff

OF_THE_PROJECT = [
    model
    for model in admin.site._registry
    if not model.__module__.startswith(("django.", "unfold.", "allauth."))
]


def address_of(model, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def a_full_house(world: World) -> None:
    """At least one row of nearly every kind, posted documents among them."""
    customer = world.customer()
    order = world.order(customer, (world.product(), "2"), (world.product(kind="service"), "1"))
    invoice = world.invoice(world.ship(order))
    world.pay(invoice, "5.00")
    PrintedInvoice.objects.create(invoice=invoice, content=b"%PDF", sha256="0" * 64)
    ExchangeRate.objects.create(
        company=world.company, currency="EUR", rate=Decimal("0.85"), valid_from=date(2026, 1, 1)
    )


@pytest.mark.parametrize("role", all_roles())
def test_the_console_opens_for_staff_and_sends_others_home_with_the_reason(world, sign_in, role: str) -> None:
    client = sign_in(role)
    if role == "Finance manager":
        assert client.get("/admin/").status_code == 200
        return
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1] == ("/", 302)
    assert "The finance console is for finance managers." in answer.text


def test_every_model_of_ours_is_in_the_console_or_inside_a_page_of_it() -> None:
    inside = {inline.model for page in admin.site._registry.values() for inline in page.inlines}
    ours = {
        model
        for model in apps.get_models()
        if not model.__module__.startswith(("django.", "pgtrigger", "allauth."))
    }
    # On the page of a job, beside a document; and what the trial balance is added up from.
    elsewhere = {JobRow, JobFile, Note, Attachment, AttachedBytes, DailyTurnover}
    assert ours - inside - elsewhere == set(OF_THE_PROJECT) - inside


def test_filters_of_what_grows_offer_what_the_code_knows_and_look_through_no_history() -> None:
    by_each_value = {
        (model, name)
        for model, page in admin.site._registry.items()
        if model in OF_THE_PROJECT and isinstance(page, DocumentAdmin)
        for name in page.list_filter
        if isinstance(name, str) and not isinstance(name, type)
        for field in [get_fields_from_path(model, name)[-1]]
        if not field.choices and not field.is_relation and not isinstance(field, BooleanField)
    }
    # Ten rows a day; and what people save for themselves.
    assert by_each_value == {(JobRun, "job"), (SavedView, "worklist")}


def test_the_event_log_is_narrowed_to_a_kind_of_document_and_to_who_is_told(world: World, sign_in) -> None:
    a_full_house(world)
    client = sign_in("Finance manager")
    events = client.get(address_of(Event, "changelist"), {"document_type__exact": "order"})
    assert "order.confirmed" in events.text
    assert "invoice.issued" not in events.text
    assert "?document_type__exact=invoice" in events.text
    nobody = client.get(address_of(EventDelivery, "changelist"))
    assert "?handler__exact=invoicing.tasks.render_pdf" in nobody.text


def test_posted_documents_and_records_can_be_read_only_even_by_an_administrator(world, sign_in) -> None:
    a_full_house(world)
    client = sign_in("Administrator")
    documents = [model for model in OF_THE_PROJECT if isinstance(admin.site._registry[model], DocumentAdmin)]
    assert {Order, Invoice, JournalEntry, Event, AuditEntry} <= set(documents)
    for model in documents:
        row = model._default_manager.first()
        if row is None:
            continue
        assert client.get(address_of(model, "add")).status_code == 403, model
        assert client.post(address_of(model, "change", row.pk), {"state": "draft"}).status_code == 403, model
        assert client.post(address_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        removal = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(address_of(model, "changelist"), removal)
        assert model._default_manager.filter(pk=row.pk).exists(), model


def test_a_change_of_master_data_is_on_record_under_the_name_of_the_person(world, sign_in) -> None:
    product = world.product()
    client = sign_in("Finance manager")
    saved = client.post(
        address_of(type(product), "change", product.pk),
        {
            "sku": product.sku,
            "name": "Storm lantern",
            "names": "{}",
            "kind": "goods",
            "unit": "C62",
            "tax_category": product.tax_category_id,
            "standard_cost": "4",
            "lead_days": "7",
            "active": "on",
        },
    )
    assert saved.status_code == 302
    record = AuditEntry.objects.filter(table_name="catalog_product", row_id=product.pk).latest("pk")
    assert (record.operation, record.actor) == ("UPDATE", staff("Finance manager"))
    assert record.after["name"] == "Storm lantern"


def test_a_tax_rate_or_price_that_overlaps_another_is_a_form_error(world, sign_in) -> None:
    client = sign_in("Finance manager")
    rate = TaxRate.objects.filter(code="S").get()
    answer = client.post(
        address_of(TaxRate, "add"),
        {
            "category": rate.category_id,
            "region": rate.region_id,
            "code": "S",
            "rate": "25",
            "valid_from": "2026-06-01",
        },
    )
    assert answer.status_code == 200
    assert "Another one covers part of these days" in str(answer.context["adminform"].form.errors)
    assert TaxRate.objects.filter(rate=25).count() == 0
    price = Price.objects.get(product=world.product())
    fields = {
        "price_list": price.price_list_id,
        "product": price.product_id,
        "minimum_quantity": "1",
        "unit_price": "9",
        "valid_from": "2026-06-01",
    }
    answer = client.post(address_of(Price, "add"), fields)
    assert "Another one covers part of these days" in str(answer.context["adminform"].form.errors)


def test_two_prices_of_one_form_that_overlap_are_a_message_and_nothing_is_saved(world, sign_in) -> None:
    product, prices = world.product(), world.basics.prices
    Price.objects.filter(product=product).delete()
    new = {"product": product.pk, "minimum_quantity": "1", "unit_price": "9", "valid_from": "2026-06-01"}
    form = {
        "code": prices.code,
        "name": prices.name,
        "currency": prices.currency,
        "prices-TOTAL_FORMS": "2",
        "prices-INITIAL_FORMS": "0",
        "order_discounts-TOTAL_FORMS": "0",
        "order_discounts-INITIAL_FORMS": "0",
        **{f"prices-{index}-{name}": value for index in (0, 1) for name, value in new.items()},
    }
    answer = sign_in("Finance manager").post(address_of(type(prices), "change", prices.pk), form, follow=True)
    assert answer.status_code == 200
    assert "nothing was saved" in answer.text
    assert not Price.objects.filter(product=product).exists()


def test_a_customer_is_registered_with_an_address_and_a_wrong_vat_id_is_refused(world, sign_in) -> None:
    basics = world.basics
    form = {
        "name": "Harbour Hotel Ltd",
        "kind": "company",
        "vat_id": "GB123456789",
        "language": "en",
        "currency": "GBP",
        "price_list": basics.prices.pk,
        "tax_region": basics.domestic.pk,
        "terms": basics.net_30.pk,
        "street": "1 Quay",
        "postal_code": "E1 6AN",
        "city": "London",
        "country": "GB",
    }
    client = sign_in("Administrator")
    refused = client.post(address_of(Customer, "add"), form)
    assert "This is no valid VAT id." in refused.text
    saved = client.post(address_of(Customer, "add"), {**form, "vat_id": "GB980780684"})
    customer = Customer.objects.get(name="Harbour Hotel Ltd")
    assert saved.status_code == 302
    assert customer.addresses.get().city == "London"
    assert Event.objects.filter(kind="customer.registered", document_id=customer.pk).exists()


def test_periods_are_closed_in_order_once_somebody_is_sure_and_a_refusal_is_a_message(world, sign_in) -> None:
    january, february = Period.objects.order_by("starts_on")[:2]
    client, address = sign_in("Finance manager"), address_of(Period, "changelist")
    sure = {"action": "close", "sure": "yes"}
    out_of_order = client.post(address, {**sure, "_selected_action": [february.pk]}, follow=True)
    assert "period-not-closable" in out_of_order.text
    asked = client.post(address, {"action": "close", "_selected_action": [february.pk, january.pk]})
    assert f"{january}, {february}" in asked.text
    assert "cannot be undone" in asked.text
    assert "Nothing here." in client.get(address_of(ExchangeRate, "changelist")).text
    assert not Period.objects.filter(state="closed").exists()
    page = client.get(address_of(Period, "change", january.pk)).text
    one = reverse("admin:ledger_period_close_this", args=[january.pk])
    assert one in page
    assert "cannot be undone" in client.get(one).text
    client.post(one)
    assert one not in client.get(address_of(Period, "change", january.pk)).text
    first_to_close = client.get(address).context["cl"].result_list[0]
    assert first_to_close == february
    client.post(address, {**sure, "_selected_action": [february.pk]})
    again = client.post(address, {**sure, "_selected_action": [january.pk]}, follow=True)
    assert f"The period {january.name} is closed already." in again.text
    states = Period.objects.order_by("starts_on").values_list("state", flat=True)
    assert list(states[:3]) == ["closed", "closed", "open"]
    kept = AuditEntry.objects.filter(table_name="ledger_period", operation="UPDATE")
    assert {entry.actor for entry in kept} == {staff("Finance manager")}


def test_an_entry_is_reversed_with_a_date_and_a_reason_once(world, sign_in) -> None:
    entry = world.manual_entry()
    address = reverse("admin:ledger_journalentry_reverse", args=[entry.pk])
    client = sign_in("Finance manager")
    assert client.get(address).status_code == 200
    too_early = client.post(address, {"on": "1999-01-01", "reason": "Counted twice"})
    assert "reversal-too-early" in too_early.text
    done = client.post(address, {"on": "2026-11-20", "reason": "Counted twice"}, follow=True)
    assert "The entry is reversed" in done.text
    reversal = JournalEntry.objects.get(reverses=entry)
    assert (reversal.description, reversal.actor) == ("Reversal: Counted twice", staff("Finance manager"))
    again = client.post(address, {"on": "2026-11-20", "reason": "Again"})
    assert "entry-not-reversible" in again.text
    assert world.trial_balance().difference == 0


def test_only_the_right_to_reverse_opens_the_reversal(world, sign_in) -> None:
    entry = world.manual_entry()
    client = sign_in("Auditor")
    auditor = staff("Auditor")
    auditor.is_staff = True
    auditor.save()
    assert client.get(address_of(JournalEntry, "change", entry.pk)).status_code == 200
    assert client.get(reverse("admin:ledger_journalentry_reverse", args=[entry.pk])).status_code == 403


def test_master_data_that_cannot_be_right_is_told_in_words_at_its_field(world: World, sign_in) -> None:
    client = sign_in("Administrator")
    rate, price = TaxRate.objects.filter(code="S").first(), Price.objects.get(product=world.product())
    days = {"valid_from": "2031-02-01", "valid_to": ""}
    back = days | {"valid_to": "2031-01-01"}
    before, zero = "The last day is before the first.", "Enter zero or more."
    overlap, iso = (
        "Another one covers part of these days: end it first.",
        "Enter an ISO 4217 code, such as EUR.",
    )
    company = world.company.pk
    tax = {"category": rate.category_id, "region": rate.region_id, "code": "S", "rate": "5"}
    priced = {
        "price_list": price.price_list_id,
        "product": price.product_id,
        "minimum_quantity": "1",
        "unit_price": "1",
    }
    discount = {"price_list": price.price_list_id, "name": "Big", "from_net": "1", "percent": "1"}
    exchange = {"company": company, "currency": "USD", "rate": "1.2"}
    period = {"company": company, "name": "P", "starts_on": "2041-02-01", "ends_on": "2041-01-01"}
    terms = {"code": "t", "name": "T", "net_days": "30", "discount_days": "0", "discount_percent": "0"}
    for model, data, field, words in (
        (TaxRate, tax | back, "valid_to", before),
        (Price, priced | back, "valid_to", before),
        (OrderDiscount, discount | back, "valid_to", before),
        (ExchangeRate, exchange | back, "valid_to", before),
        (Period, period, "ends_on", before),
        (TaxRate, tax | days, "__all__", overlap),
        (TaxRate, tax | days | {"rate": "-1"}, "rate", zero),
        (TaxRate, tax | days | {"code": "E"}, "__all__", "Only the standard rate may be above zero."),
        (Price, priced | days | {"unit_price": "-1"}, "unit_price", zero),
        (ExchangeRate, exchange | days | {"rate": "0"}, "rate", "Enter more than zero."),
        (ExchangeRate, exchange | days | {"currency": "XXX"}, "currency", iso),
        (ExchangeRate, exchange | days | {"currency": world.company.base_currency}, "currency", "The books are kept"),
        (PaymentTerms, terms | {"discount_days": "31"}, "discount_days", "longer than the days to pay"),
        (PaymentTerms, terms | {"is_prepayment": "on"}, "net_days", "What is paid in advance"),
        (PaymentTerms, terms | {"net_days": "366"}, "net_days", "a year long at most"),
        (PaymentTerms, terms | {"discount_percent": "100"}, "discount_percent", "less than 100"),
    ):  # fmt: skip
        answer = client.post(address_of(model, "add"), data)
        assert answer.status_code == 200, (model, field, answer)
        assert words in answer.context["adminform"].form.errors[field][0], (model, field)
    assert client.post(address_of(ExchangeRate, "add"), exchange | days).status_code == 302


def test_what_holds_already_is_ended_and_followed_never_changed_or_deleted(world: World, sign_in) -> None:
    """A rate or price that documents used would rewrite what they say they were reckoned with."""
    client = sign_in("Administrator")
    rate, price = TaxRate.objects.filter(code="S").first(), Price.objects.get(product=world.product())
    told = "documents may have used it"
    for row, data, changed in (
        (
            rate,
            {"category": rate.category_id, "region": rate.region_id, "code": "S", "rate": "20"},
            {"rate": "25"},
        ),
        (
            price,
            {
                "price_list": price.price_list_id,
                "product": price.product_id,
                "minimum_quantity": "1",
                "unit_price": "10",
            },
            {"unit_price": "11"},
        ),
    ):
        address = address_of(type(row), "change", row.pk)
        stored = data | {"valid_from": str(row.valid_from), "valid_to": ""}
        assert told in client.post(address, stored | changed).text
        assert told in client.post(address, stored | {"valid_to": "2026-05-01"}).text
        assert client.post(address_of(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
        assert client.post(address, stored | {"valid_to": "2039-01-01"}).status_code == 302
        row.refresh_from_db()
        assert str(row.valid_to) == "2039-01-01"
    assert (rate.rate, price.unit_price) == (Decimal(20), Decimal(10))

    follow = reverse("admin:catalog_taxrate_follow", args=[rate.pk])
    assert told in client.post(follow, {"valid_from": "2026-01-02", "rate": "25"}).text
    client.post(follow, {"valid_from": "2038-01-01", "rate": "25"})
    following = TaxRate.objects.get(rate=25)
    rate.refresh_from_db()
    assert (str(rate.valid_to), following.code, following.region) == ("2037-12-31", "S", rate.region)
    follow = reverse("admin:catalog_price_follow", args=[price.pk])
    client.post(follow, {"valid_from": "2038-01-01", "unit_price": "12.5"})
    assert Price.objects.get(unit_price=Decimal("12.5")).product == price.product


def test_what_terms_say_is_not_changed_once_somebody_has_them(world: World, sign_in) -> None:
    terms = world.basics.net_30
    client, address = sign_in("Administrator"), address_of(PaymentTerms, "change", terms.pk)
    stored = {
        "code": terms.code,
        "name": terms.name,
        "net_days": "30",
        "discount_days": "0",
        "discount_percent": "0",
    }
    assert client.post(address, stored | {"net_days": "31"}).status_code == 302
    world.customer()
    assert "what was agreed is not changed" in client.post(address, stored | {"net_days": "45"}).text
    assert client.post(address, stored | {"net_days": "31", "name": "A month"}).status_code == 302
    terms.refresh_from_db()
    assert (terms.net_days, terms.name) == (31, "A month")


def test_a_page_is_headed_by_what_people_call_the_row_without_the_zeros_of_its_columns(
    world, sign_in
) -> None:
    a_full_house(world)
    client = sign_in("Finance manager")
    level = StockLevel.objects.select_related("product").latest("pk")
    for row, words in (
        (Receivable.objects.latest("pk"), "INV-2026-000001: 31.00 GBP"),
        (level, f"{level.product.sku} in Main warehouse: {level.on_hand.normalize():f}"),
        (ExchangeRate.objects.latest("pk"), "EUR 0.85 (1 Jan 2026)"),
    ):
        assert words in client.get(address_of(type(row), "change", row.pk)).text


def test_every_link_to_another_row_is_called_something_in_the_readers_language() -> None:
    with translation.override("ru"):
        english = {
            str(field.verbose_name)
            for model in apps.get_models()
            if model in admin.site._registry
            for field in model._meta.local_fields
            if field.is_relation and str(field.verbose_name).isascii()
        }
    assert english == set()


def test_what_is_numbered_is_told_in_words_and_without_a_year_that_is_none(world: World, sign_in) -> None:
    journal = DocumentCounter.objects.create(company=world.company, kind="journal", year=0, last=67)
    client = sign_in("Finance manager")
    for address in (
        address_of(DocumentCounter, "changelist"),
        address_of(DocumentCounter, "change", journal.pk),
    ):
        page = client.get(address).text
        assert "Journal entries" in page
        assert "journal 0" not in page
        assert not re.search(r">\s*0\s*<", page)
    assert str(journal) == "Journal entries · 67"


def test_what_a_colleague_saved_meanwhile_is_shown_before_it_is_replaced(world: World, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Administrator"), address_of(Customer, "change", customer.pk)
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {
        name: "" if value is None else value for name, value in form.initial.items() if value is not False
    }
    for formset in page.context["inline_admin_formsets"]:
        sent |= {f"{formset.formset.prefix}-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent |= {"names": "{}", "delivery_weekdays": "[]", "name": "Ours"}
    clerk, terms = staff("Order clerk"), PaymentTerms.objects.create(name="14 days", net_days=14)
    Customer.objects.filter(pk=customer.pk).update(
        name="Theirs",
        kind="person",
        terms=terms,
        ships_complete=True,
        exemption_number="E 7",
        exemption_until=date(2027, 1, 31),
    )
    customer.served_by.add(clerk)
    refused = client.post(address, sent | {"served_by": []})
    assert "Somebody else changed this" in refused.text
    [told] = refused.context["adminform"].form.non_field_errors()
    for words in (
        "Legal name: Theirs",
        "Kind: Person",
        "14 days",
        "only: yes",
        "until: 31 Jan 2027",
        str(clerk),
    ):
        assert words in told, words
    assert 'value="Ours"' in refused.text
    assert Customer.objects.get(pk=customer.pk).name == "Theirs"
    again = client.post(address, sent | {"stamp": refused.context["adminform"].form["stamp"].value()})
    assert again.status_code == 302, again.context["adminform"].form.errors
    assert Customer.objects.get(pk=customer.pk).name == "Ours"
