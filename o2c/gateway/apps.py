"""The gateway: shops, their keys and their webhooks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Everything about calls that is no desk's business."""

    name = "o2c.gateway"
    label = "gateway"
    verbose_name = _("API")
