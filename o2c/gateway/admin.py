"""Shops and API keys in the finance console."""

from django.contrib import admin

from o2c.gateway.models import ApiKey, Job, Shop
from o2c.kernel.admin import DocumentAdmin


@admin.register(Shop)
class ShopAdmin(DocumentAdmin):
    """Programs that sell for us."""

    list_display = ("name", "account", "sees_all", "active", "created_at")
    list_select_related = ("account",)


@admin.register(ApiKey)
class ApiKeyAdmin(DocumentAdmin):
    """Their keys."""

    list_display = ("label", "shop", "mode", "shown", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("shop",)
    list_filter = ("mode", "shop")


@admin.register(Job)
class JobAdmin(DocumentAdmin):
    """Work that calls began."""

    list_display = ("queued_at", "shop", "kind", "state", "done", "total", "finished_at")
    list_select_related = ("shop",)
    list_filter = ("state", "kind")
    ordering = ("-id",)
