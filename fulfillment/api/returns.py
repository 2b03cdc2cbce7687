"""The endpoints of returns: what may come back, asking for it, and what became of it."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment import errors, selectors, services
from fulfillment.api.serializers import ReturnableOut, ReturnIn, ReturnOut
from fulfillment.api.views import PREFIX as SHIPMENT, known_to, one_of
from fulfillment.models import Return, ReturnLine
from fulfillment.selectors import SENT_WITHIN, Returnable
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint, once_only
from o2c.kernel.api.errors import ResourceNotFound, ValidationFailed
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import PublicIdField, listed
from o2c.kernel.figures import day_words
from o2c.kernel.public_ids import NOBODY
from orders.rules import totals_of

PREFIX = "ret"
LINES = Prefetch(
    "lines",
    queryset=ReturnLine.objects.select_related("shipment_line__order_line__product").order_by("pk"),
)


class ReturnsQuery(ListQuery):
    """Which returns to list."""

    order = PublicIdField("ord", required=False)
    shipment = PublicIdField("shp", required=False)
    state = serializers.ChoiceField(Return.State.values, required=False)
    number = serializers.CharField(max_length=20, required=False)


class ReturnableView(Endpoint):
    """What may come back of a shipment."""

    scopes: ClassVar = {"GET": "returns:read"}

    @extend_schema(operation_id="getReturnable", responses={200: ReturnableOut})
    def get(self, request: Request, shipment_id: str) -> Response:
        """Show what a customer may ask to send back of a shipment, and until when."""
        shipment = one_of(known_to(self.principal), public_ids.read(SHIPMENT, shipment_id))
        found = selectors.returnable(shipment)
        is_open = found.is_open(self.today)
        data = {
            "shipment": shipment,
            "is_returnable": is_open,
            "until": found.until,
            "lines": [{"line": line, "quantity": left} for line, left in found.lines.items() if left],
            "reason": "" if is_open else _why_not(found, on=self.today),
        }
        return Response(ReturnableOut.of(data))


def _why_not(found: Returnable, *, on: date) -> str:
    """Return why nothing may come back."""
    if found.until is None:
        return _("It has not left: cancel it instead.")
    if on > found.until:
        return _("The days to return it are over.")
    return _("Everything that could come back is in a return.")


class ReturnEndpoint(Endpoint):
    """What the endpoints of returns share."""

    prefix = PREFIX

    def known(self) -> QuerySet[Return]:
        """Return the returns that the key may know, with all that is shown of them; two queries."""
        known = Return.objects.for_principal(self.principal)
        return known.select_related("shipment__order", "warehouse", "company").prefetch_related(LINES)

    def one(self, **chosen: Any) -> Return:
        """Return a return.

        :raises ResourceNotFound: there is none for this key.
        """
        found = self.known().filter(**chosen).first()
        if found is None:
            raise ResourceNotFound
        return found


class ReturnsView(ReturnEndpoint):
    """All returns of the key's customers."""

    scopes: ClassVar = {"GET": "returns:read", "POST": "returns:write"}
    query = ReturnsQuery

    @extend_schema(operation_id="listReturns", responses={200: listed(ReturnOut)})
    def get(self, request: Request) -> Response:
        """List returns, newest first."""
        asked = self.asked()
        names = {
            "order": "shipment__order__public_id",
            "shipment": "shipment__public_id",
            "state": "state",
            "number": "number",
        }
        chosen = {path: asked[name] for name, path in names.items() if name in asked}
        page = self.page(self.known().filter(**chosen), asked)
        return Response(page.body([shown(one) for one in page.rows]))

    @extend_schema(operation_id="requestReturn", request=ReturnIn, responses={201: ReturnOut})
    @once_only
    def post(self, request: Request) -> Response:
        """Ask to send goods back: the answer says what to send where by when, and what will be credited."""
        given = self.given(ReturnIn)
        shipment = one_of(known_to(self.principal), given["shipment"])
        found = selectors.returnable(shipment)
        _ensure_in_time(found, on=self.today)
        authorised = services.authorise_return(
            shipment_id=shipment.pk,
            lines=_lines(found, given["lines"]),
            reason=given["reason"],
            note=given["note"],
            valid_until=self.today + SENT_WITHIN,
            on=self.today,
            actor=self.actor,
        )
        data = shown(self.one(pk=authorised.pk))
        headers = {"Location": reverse("api-return", args=[data["id"]])}
        return Response(data, status=status.HTTP_201_CREATED, headers=headers)


class ReturnView(ReturnEndpoint):
    """One return."""

    scopes: ClassVar = {"GET": "returns:read"}

    @extend_schema(operation_id="getReturn", responses={200: ReturnOut})
    def get(self, request: Request, return_id: str) -> Response:
        """Show a return: what is to be sent where by when, and what became of it."""
        return Response(shown(self.one(public_id=public_ids.read(PREFIX, return_id) or NOBODY)))


def shown(one: Return) -> dict[str, Any]:
    """Return a return, read with its lines, as the API shows it."""
    is_back = one.state in {Return.State.RECEIVED, Return.State.INSPECTED}
    order = one.shipment.order
    counted = [] if one.state == Return.State.CANCELLED else list(one.lines.all())
    worth = totals_of(
        ((line.received if is_back else line.authorised, line.shipment_line.order_line) for line in counted),
        currency=order.currency,
    )
    credit = {"net": worth.net, "tax": worth.tax, "gross": worth.gross, "currency": order.currency}
    place = selectors.place_of_warehouse(one.company, one.warehouse)
    return ReturnOut.of(_Shown(one, place, credit))


class _Shown:
    """A return with where it goes and what it is worth."""

    def __init__(self, one: Return, send_to: Any, expected_credit: dict[str, Any]) -> None:
        self._one, self.send_to, self.expected_credit = one, send_to, expected_credit

    def __getattr__(self, name: str) -> Any:
        """Return what is the return's own."""
        return getattr(self._one, name)


def _ensure_in_time(found: Returnable, *, on: date) -> None:
    """Refuse what a customer cannot ask for by themselves any more; what has not left, the verb refuses.

    :raises ReturnTooLate: the days to return are over.
    """
    if found.until is not None and on > found.until:
        raise errors.ReturnTooLate(
            _("%(shipment)s could be returned until %(until)s.")
            % {"shipment": found.shipment.number, "until": day_words(found.until)},
            until=found.until.isoformat(),
        )


def _lines(found: Returnable, asked: list[dict[str, Any]]) -> dict[int, Decimal]:
    """Return the quantities by shipment line.

    :raises ValidationFailed: a position has nothing that can come back with this shipment, or is named twice.
    """
    by_position = {line.order_line.position: line for line in found.lines}
    wanted: dict[int, Decimal] = {}
    wrong = []
    for place, one in enumerate(asked):
        line = by_position.get(one["position"])
        if line is None or line.pk in wanted:
            words = (
                _("Line %(position)s can come back once with this shipment.")
                if line
                else _("Line %(position)s cannot come back with this shipment.")
            )
            told = {"code": "twice" if line else "unknown", "detail": words % {"position": one["position"]}}
            wrong.append({"pointer": f"/lines/{place}"} | told)
        else:
            wanted[line.pk] = one["quantity"]
    if wrong:
        raise ValidationFailed(
            _("The request does not fit: %(problem)s") % {"problem": wrong[0]["detail"]}, errors=wrong
        )
    return wanted
