"""How a person likes the pages: kept on their account, so that every browser they sign in with knows it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """The colours."""

    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How close the rows stand."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Preferences(models.Model):
    """The columns of an account that say how its pages look and work."""

    language = models.CharField(
        _("language"),
        max_length=5,
        blank=True,
        default="",
        choices=settings.LANGUAGES,
        help_text=_("Without one, pages speak the language that the browser asks for."),
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=11, choices=Density, default=Density.COMFORTABLE)
    single_keys = models.BooleanField(
        _("single keys"), default=True, help_text=_("Such as J and K to go through a list.")
    )

    class Meta:
        abstract = True
