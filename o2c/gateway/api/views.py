"""The endpoints of webhooks and events."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from o2c.gateway import selectors, services, signing
from o2c.gateway.api.serializers import (
    DELIVERY,
    WEBHOOK,
    EventOut,
    RedeliveriesOut,
    RedeliverIn,
    WebhookDeliveryOut,
    WebhookEndpointChangeIn,
    WebhookEndpointIn,
    WebhookEndpointOut,
    WebhookEndpointWithSecretOut,
    WebhookTestOut,
)
from o2c.gateway.event_catalogue import TYPES
from o2c.gateway.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from o2c.kernel import clock, public_ids
from o2c.kernel.api.endpoints import Endpoint, etag_of, needs_match, once_only
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import NothingIn, PublicIdField, listed
from o2c.kernel.models import Event
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import NOBODY
from orders.models import Order
from receivables.models import Payment

Handler = TypeVar("Handler", bound=Callable[..., Any])
LOG = Prefetch("log", queryset=WebhookAttempt.objects.order_by("pk"), to_attr="tries")


def shows_secret(handler: Handler) -> Handler:
    """Add the secret to an answer on its way out: what is kept for a replay does not have it."""

    @wraps(handler)
    def run(self: "WebhookEndpointBase", request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = handler(self, request, *args, **kwargs)
        body = json.loads(answer.content)
        endpoint = self.webhook(body["id"])
        body["secret"] = signing.secret_of(endpoint, version=body["secret_version"])
        answer.content = JSONRenderer().render(body)
        return answer

    return cast("Handler", run)


class WebhookEndpointBase(Endpoint):
    """What the endpoints of webhooks share."""

    prefix = WEBHOOK

    def webhook(self, text: str) -> WebhookEndpoint:
        """Return the address with this id.

        :raises ResourceNotFound: there is none for this key.
        """
        known = WebhookEndpoint.objects.for_principal(self.principal).select_related("customer")
        found = known.filter(public_id=public_ids.read(WEBHOOK, text) or NOBODY).first()
        if found is None:
            raise ResourceNotFound
        return found

    def shown(self, endpoint: WebhookEndpoint, *, code: int = status.HTTP_200_OK) -> Response:
        """Answer with an address as it is now."""
        data = WebhookEndpointOut(endpoint).data
        headers = {"ETag": etag_of(endpoint.version)}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = reverse("api-webhook-endpoint", args=[data["id"]])
        return Response(data, status=code, headers=headers)


class WebhookEndpointsView(WebhookEndpointBase):
    """The addresses that the key's shop is told at."""

    scopes: ClassVar = {"GET": "webhooks:write", "POST": "webhooks:write"}
    query = ListQuery

    @extend_schema(operation_id="listWebhookEndpoints", responses={200: listed(WebhookEndpointOut)})
    def get(self, request: Request) -> Response:
        """List the addresses, newest first."""
        known = WebhookEndpoint.objects.for_principal(self.principal).select_related("customer")
        page = self.page(known, self.asked())
        return Response(page.body(cast("list[Any]", WebhookEndpointOut(page.rows, many=True).data)))

    @extend_schema(
        operation_id="createWebhookEndpoint",
        request=WebhookEndpointIn,
        responses={201: WebhookEndpointWithSecretOut},
    )
    @shows_secret
    @once_only
    def post(self, request: Request) -> Response:
        """Be told at an address from now on; keep the secret that comes back to verify what arrives."""
        endpoint = services.create_webhook(
            shop_id=self.principal.shop_id,
            customer_id=self.principal.customer_id,
            at=clock.unmoved(),
            actor=self.actor,
            **self.given(WebhookEndpointIn),
        )
        return self.shown(endpoint, code=status.HTTP_201_CREATED)


class WebhookEndpointView(WebhookEndpointBase):
    """One address."""

    scopes: ClassVar = dict.fromkeys(("GET", "PATCH", "DELETE"), "webhooks:write")

    @extend_schema(operation_id="getWebhookEndpoint", responses={200: WebhookEndpointOut})
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Show an address."""
        return self.shown(self.webhook(endpoint_id))

    @extend_schema(
        operation_id="changeWebhookEndpoint",
        request=WebhookEndpointChangeIn,
        responses={200: WebhookEndpointOut},
    )
    @needs_match
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """Change an address, or disable or enable it."""
        endpoint, change = self.webhook(endpoint_id), self.given(WebhookEndpointChangeIn)
        self.ensure_match(etag_of(endpoint.version))
        changed = services.change_webhook(
            endpoint_id=endpoint.pk,
            at=clock.unmoved(),
            expected_version=endpoint.version,
            actor=self.actor,
            **change,
        )
        return self.shown(changed)

    @extend_schema(operation_id="deleteWebhookEndpoint", responses={204: None})
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Be told there no more."""
        services.delete_webhook(
            endpoint_id=self.webhook(endpoint_id).pk, at=clock.unmoved(), actor=self.actor
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookRotateView(WebhookEndpointBase):
    """The secret of an address."""

    scopes: ClassVar = {"POST": "webhooks:write"}

    @extend_schema(
        operation_id="rotateWebhookSecret",
        request=NothingIn,
        responses={200: WebhookEndpointWithSecretOut},
    )
    @shows_secret
    @once_only
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Get a new secret; for a day messages are signed with the old one as well."""
        self.given(NothingIn)
        endpoint = services.rotate_webhook_secret(
            endpoint_id=self.webhook(endpoint_id).pk, at=clock.unmoved(), actor=self.actor
        )
        return self.shown(endpoint)


class WebhookTestView(WebhookEndpointBase):
    """Trying an address."""

    scopes: ClassVar = {"POST": "webhooks:write"}

    @extend_schema(operation_id="testWebhookEndpoint", request=NothingIn, responses={200: WebhookTestOut})
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Send a `webhook.test` now and see what comes back; nothing is stored, so no key for once is needed."""
        self.given(NothingIn)
        answer = services.send_test(endpoint=self.webhook(endpoint_id), at=clock.unmoved())
        return Response(WebhookTestOut(answer).data)


class DeliveriesQuery(ListQuery):
    """Which deliveries to list."""

    state = serializers.ChoiceField(WebhookDelivery.State.values, required=False)


class WebhookDeliveriesView(WebhookEndpointBase):
    """What an address was owed in the last month."""

    scopes: ClassVar = {"GET": "webhooks:write"}
    query = DeliveriesQuery
    prefix = DELIVERY

    @extend_schema(operation_id="listWebhookDeliveries", responses={200: listed(WebhookDeliveryOut)})
    def get(self, request: Request, endpoint_id: str) -> Response:
        """List deliveries with every try, newest first."""
        asked = self.asked()
        found = WebhookDelivery.objects.filter(endpoint=self.webhook(endpoint_id))
        if "state" in asked:
            found = found.filter(state=asked["state"])
        page = self.page(found.select_related("event").prefetch_related(LOG), asked)
        return Response(page.body(cast("list[Any]", WebhookDeliveryOut(page.rows, many=True).data)))


class EventsQuery(ListQuery):
    """Which events to list."""

    types = serializers.CharField(
        required=False, max_length=1000, help_text="Types of event, separated by commas; all if none."
    )
    customer = PublicIdField("cus", required=False)
    document = serializers.RegexField(
        r"^(ord|shp|ret|inv|crn|pay)_[0-9a-f]{32}$", required=False, help_text="The id of a document."
    )

    def validate_types(self, text: str) -> list[str]:
        """Return the types named."""
        named = [name for name in text.split(",") if name]
        unknown = sorted(set(named) - set(TYPES))
        if unknown:
            raise serializers.ValidationError(
                _("There is no type “%(unknown)s”.") % {"unknown": unknown[0][:60]}, code="unknown-type"
            )
        return named


class EventsView(Endpoint):
    """What happened in the last 30 days: the way to catch up after a gap."""

    scopes: ClassVar = {"GET": "events:read"}
    query = EventsQuery
    prefix = selectors.PREFIX

    @extend_schema(operation_id="listEvents", responses={200: listed(EventOut)})
    def get(self, request: Request) -> Response:
        """List events, oldest first: keep the last `next_cursor` or id, and go on from there.

        The newest seconds are held back until everything that began before them is written.
        """
        asked = self.asked()
        events = selectors.events_for(self.principal, types=asked.get("types", ()), at=clock.unmoved())
        if "customer" in asked:
            customers = Customer.objects.for_principal(self.principal).filter(public_id=asked["customer"])
            events = events.filter(customer_id__in=customers.values("pk"))
        if "document" in asked:
            events = events.filter(_about(self.principal, asked["document"]))
        page = self.page(events, asked, oldest_first=True)
        bodies = selectors.bodies_of(page.rows)
        data = EventOut([bodies[event.pk] for event in page.rows], many=True).data
        return Response(page.body(cast("list[Any]", data)))


# By the first letters of an id: the event's word for the type, and which of them a caller may know.
DOCUMENTS: dict[str, tuple[str, Callable[[Principal], QuerySet[Any]]]] = {
    "ord": ("order", lambda who: Order.objects.for_principal(who)),
    "shp": ("shipment", lambda who: Shipment.objects.for_principal(who)),
    "ret": ("return", lambda who: Return.objects.for_principal(who)),
    "inv": ("invoice", lambda who: Invoice.objects.for_principal(who)),
    "crn": ("invoice", lambda who: Invoice.objects.for_principal(who)),
    "pay": ("payment", lambda who: Payment.objects.for_principal(who)),
}


def _about(principal: Principal, text: str) -> Q:
    """Return the condition that an event is about the document with this id."""
    prefix = text.partition("_")[0]
    kind, known = DOCUMENTS[prefix]
    document = known(principal).filter(public_id=public_ids.read(prefix, text)).values("pk")
    return Q(document_type=kind, document_id__in=document)


class EventEndpoint(Endpoint):
    """What the endpoints of one event share."""

    def event(self, text: str) -> Event:
        """Return the event with this id, however long ago it was.

        :raises ResourceNotFound: there is none for this key.
        """
        events = selectors.of_principal(self.principal)
        found = events.filter(public_id=public_ids.read(selectors.PREFIX, text) or NOBODY).first()
        if found is None:
            raise ResourceNotFound
        return found


class EventView(EventEndpoint):
    """One event."""

    scopes: ClassVar = {"GET": "events:read"}

    @extend_schema(operation_id="getEvent", responses={200: EventOut})
    def get(self, request: Request, event_id: str) -> Response:
        """Show an event."""
        event = self.event(event_id)
        return Response(EventOut(selectors.bodies_of([event])[event.pk]).data)


class RedeliverView(EventEndpoint):
    """Delivering an event again."""

    scopes: ClassVar = {"POST": "webhooks:write"}

    @extend_schema(operation_id="redeliverEvent", request=RedeliverIn, responses={202: RedeliveriesOut})
    @once_only
    def post(self, request: Request, event_id: str) -> Response:
        """Have an event delivered again, to one address or to all that want its type, under the same id."""
        event, given = self.event(event_id), self.given(RedeliverIn)
        known = WebhookEndpoint.objects.for_principal(self.principal).order_by("pk")
        if given["endpoint"] is None:
            wanting = known.filter(disabled_at=None)
            told = selectors.bodies_of([event])[event.pk]["type"]
            chosen = [endpoint for endpoint in wanting if not endpoint.types or told in endpoint.types]
        else:
            chosen = list(known.filter(public_id=given["endpoint"]))
            if not chosen:
                raise ResourceNotFound
        made = [
            services.redeliver(
                event_id=event.pk, endpoint_id=endpoint.pk, at=clock.unmoved(), actor=self.actor
            )
            for endpoint in chosen
        ]
        return Response(RedeliveriesOut({"data": made}).data, status=status.HTTP_202_ACCEPTED)
