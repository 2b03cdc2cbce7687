"""The endpoints of the journal. They stand here, as only reports know which documents entries are about."""

from typing import Any, ClassVar, cast

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import JournalEntry, JournalLine
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import MoneyField, Output, PublicIdField, listed
from reporting.selectors.journal import Posting, postings, sources_of

LINES = Prefetch("lines", queryset=JournalLine.objects.select_related("account").order_by("pk"))


class JournalLineOut(Output):
    """One leg: a debit or a credit in base currency, with the document's amount beside."""

    account = serializers.CharField(source="line.account.code")
    account_name = serializers.CharField(source="line.account.name")
    debit = MoneyField("line.debit", currency="base_currency")
    credit = MoneyField("line.credit", currency="base_currency")
    amount = MoneyField(
        "line.amount", currency="line.currency", help_text="Of the document; negative for a credit."
    )
    tax_code = serializers.CharField(source="line.tax_code")
    customer = PublicIdField("cus", allow_null=True)


class DocumentRefOut(Output):
    """The document behind an entry."""

    id = serializers.CharField()
    number = serializers.CharField()


class JournalEntryOut(Output):
    """A posting: balanced, and never changed."""

    number = serializers.IntegerField(
        source="entry.number", help_text="Without gaps, in the order of posting."
    )
    on = serializers.DateField(source="entry.on")
    posted_at = serializers.DateTimeField(source="entry.posted_at")
    description = serializers.CharField(source="entry.description")
    event = serializers.CharField(help_text="What happened, such as invoice.issued.")
    document = DocumentRefOut(allow_null=True)
    reverses = serializers.IntegerField(source="entry.reverses.number", allow_null=True)
    lines = serializers.SerializerMethodField()

    def __init__(self, *args: Any, base_currency: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.base_currency = base_currency

    @extend_schema_field(JournalLineOut(many=True))
    def get_lines(self, posting: Posting) -> Any:
        """Return the legs in their order."""
        legs = [_Leg(line, self.base_currency, posting.customers) for line in posting.entry.lines.all()]
        return JournalLineOut(legs, many=True).data


class _Leg:
    """What a line's answer is made of."""

    def __init__(self, line: JournalLine, base_currency: str, customers: dict[int, Any]) -> None:
        self.line, self.base_currency = line, base_currency
        self.customer = customers.get(line.party_id or 0)


class JournalQuery(ListQuery):
    """Which entries to list."""

    account = serializers.CharField(
        max_length=20, required=False, help_text="The code of one of its accounts."
    )
    document = serializers.RegexField(
        r"^(inv|crn|pay|shp|ret)_[0-9a-f]{32}$",
        required=False,
        help_text="What caused it: inv_…, pay_… and so on.",
    )

    def get_fields(self) -> Any:
        """Return the parameters; *from* is no name in Python."""
        return super().get_fields() | {
            "from": serializers.DateField(required=False),
            "to": serializers.DateField(required=False, help_text="That day included."),
        }


class JournalEndpoint(Endpoint):
    """What the endpoints of the journal share. Keys for some customers only find nothing here."""

    scopes: ClassVar = {"GET": "ledger:read"}
    paged_by = "number"

    def known(self) -> QuerySet[JournalEntry]:
        """Return the numbered entries, if the key may know them."""
        entries = JournalEntry.objects.for_principal(self.principal).filter(company=self.company)
        return entries.select_related("reverses").prefetch_related(LINES)

    def shown(self, entries: list[JournalEntry]) -> list[Any]:
        """Return the entries as they are answered."""
        shapes = [
            JournalEntryOut(one, base_currency=self.company.base_currency).data for one in postings(entries)
        ]
        return cast("list[Any]", shapes)


class JournalEntriesView(JournalEndpoint):
    """The journal."""

    query = JournalQuery

    @extend_schema(operation_id="listJournalEntries", responses={200: listed(JournalEntryOut)})
    def get(self, request: Request) -> Response:
        """List the journal by its numbers. They have no gaps: who reads on from the last misses nothing."""
        asked = self.asked()
        entries = self.known()
        if "from" in asked:
            entries = entries.filter(on__gte=asked["from"])
        if "to" in asked:
            entries = entries.filter(on__lte=asked["to"])
        if "account" in asked:
            legs = JournalLine.objects.filter(entry=OuterRef("pk"), account__code=asked["account"])
            entries = entries.filter(Exists(legs))
        if "document" in asked:
            entries = entries.filter(source__in=sources_of(asked["document"]))
        page = self.page(entries, asked)
        return Response(page.body(self.shown(page.rows)))


class JournalEntryView(JournalEndpoint):
    """One entry of the journal."""

    @extend_schema(operation_id="getJournalEntry", responses={200: JournalEntryOut})
    def get(self, request: Request, number: int) -> Response:
        """Show an entry by its number."""
        found = self.known().filter(number=number).first()
        if found is None:
            raise ResourceNotFound
        return Response(self.shown([found])[0])
