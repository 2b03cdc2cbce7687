"""The shapes of webhooks and events in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from o2c.gateway.event_catalogue import CATALOGUE, DOCUMENT_TYPES, TYPES
from o2c.gateway.models import WebhookDelivery
from o2c.gateway.models.webhook import WEBHOOK_STATES
from o2c.gateway.outgoing import LONGEST_URL
from o2c.gateway.selectors import PREFIX as EVENT
from o2c.kernel.api.serializers import Input, Output, PublicIdField

WEBHOOK, DELIVERY = "whe", "whd"
MEANINGS = "\n".join(f"- `{told.type}`: {told.means}" for told in CATALOGUE.values())


class WebhookEndpointIn(Input):
    """Where you want to be told, and of what."""

    url = serializers.CharField(
        max_length=LONGEST_URL, help_text="https, on port 443 or from 1024 up; it must not lead inward."
    )
    types = serializers.ListField(
        child=serializers.ChoiceField(TYPES),
        required=False,
        default=list,
        max_length=len(TYPES),
        help_text=f"None means all.\n{MEANINGS}",
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class WebhookEndpointChangeIn(Input):
    """What is to be another; what is not sent stays."""

    url = serializers.CharField(max_length=LONGEST_URL, required=False)
    types = serializers.ListField(child=serializers.ChoiceField(TYPES), required=False, max_length=len(TYPES))
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False, help_text="False cancels what waits to be sent.")


class WebhookEndpointOut(Output):
    """An address that is told."""

    id = PublicIdField(WEBHOOK, source="public_id")
    url = serializers.CharField()
    description = serializers.CharField()
    types = serializers.ListField(child=serializers.ChoiceField(TYPES), help_text="None means all.")
    customer = PublicIdField(
        "cus",
        source="customer.public_id",
        allow_null=True,
        default=None,
        help_text="If of one customer only.",
    )
    state = serializers.ChoiceField(WEBHOOK_STATES)
    disabled_reason = serializers.CharField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    api_version = serializers.DateField(help_text="The shape of the API that messages have.")
    version = serializers.IntegerField(help_text="Grows with each change.")
    secret_version = serializers.IntegerField(help_text="Grows with each rotation.")
    previous_secret_until = serializers.DateTimeField(source="previous_until", allow_null=True)
    created_at = serializers.DateTimeField()


class WebhookEndpointWithSecretOut(WebhookEndpointOut):
    """An address with its new secret, which is shown here and nowhere else."""

    secret = serializers.CharField(help_text="`whsec_` and 32 bytes in base64, as Standard Webhooks has it.")


class WebhookTestOut(Output):
    """What an address answered to a `webhook.test`."""

    delivered = serializers.BooleanField(source="is_yes")
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    milliseconds = serializers.IntegerField()
    answer = serializers.CharField(source="text", help_text="The first 500 characters.")


class WebhookAttemptOut(Output):
    """One try."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    milliseconds = serializers.IntegerField()
    error = serializers.CharField()
    answer = serializers.CharField(help_text="The first 500 characters.")


class WebhookDeliveryOut(Output):
    """That an address is owed an event, and what came of it."""

    id = PublicIdField(DELIVERY, source="public_id")
    event = PublicIdField(EVENT, source="event.public_id")
    type = serializers.CharField()
    state = serializers.ChoiceField(WebhookDelivery.State.values)
    attempts = serializers.IntegerField()
    next_try_at = serializers.SerializerMethodField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    log = WebhookAttemptOut(many=True, source="tries")

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_try_at(self, delivery: WebhookDelivery) -> Any:
        """Return when it is tried next, if it is."""
        if delivery.state != WebhookDelivery.State.PENDING:
            return None
        return serializers.DateTimeField().to_representation(delivery.next_try_at)


class EventDocumentOut(Output):
    """What an event is about."""

    type = serializers.ChoiceField(DOCUMENT_TYPES)
    id = serializers.CharField()
    number = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Relative to the host of the API.")


class EventOut(Output):
    """Something that happened, as webhooks tell it too."""

    id = serializers.CharField(help_text="Also the `webhook-id`: have your effect once for each.")
    type = serializers.ChoiceField(TYPES, help_text=MEANINGS)
    timestamp = serializers.DateTimeField()
    sequence = serializers.IntegerField(
        help_text="Grows with each event of the document; it may skip numbers. Ignore what is older than you know."
    )
    document = EventDocumentOut()
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="A few figures. Read the document for the rest."
    )


class RedeliverIn(Input):
    """To whom an event is delivered again."""

    endpoint = PublicIdField(
        WEBHOOK, required=False, allow_null=True, default=None, help_text="None means all that want its type."
    )


class RedeliveryOut(Output):
    """Where an event is on its way to."""

    endpoint = PublicIdField(WEBHOOK, source="endpoint.public_id")
    state = serializers.ChoiceField(WebhookDelivery.State.values)


class RedeliveriesOut(Output):
    """Where an event is on its way to."""

    data = RedeliveryOut(many=True)  # type: ignore[assignment]
