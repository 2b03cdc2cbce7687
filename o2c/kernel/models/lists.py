"""What people keep of worklists."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models.base import User


class SavedViewQuerySet(LockableQuerySet["SavedView"]):
    """Saved views."""

    def of(self, worklist: str, *, reader: User) -> "SavedViewQuerySet":
        """Return the reader's own views of a list and those that colleagues share, own ones first."""
        mine_or_shared = models.Q(owner=reader) | models.Q(shared=True)
        mine_first = models.Case(models.When(owner=reader, then=0), default=1)
        return self.filter(mine_or_shared, worklist=worklist).order_by(mine_first, "name")


class SavedView(models.Model):
    """The address of a worklist under a name: filters, sort and columns."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("owner"))
    worklist = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("address"), max_length=2000, blank=True)
    shared = models.BooleanField(_("shared"), default=False)
    is_default = models.BooleanField(_("opens first"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "worklist", "name"], name="savedview_once_per_name"),
            models.UniqueConstraint(
                fields=["owner", "worklist"],
                name="savedview_one_opens_first",
                condition=models.Q(is_default=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
