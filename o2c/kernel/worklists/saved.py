"""Saved views: a list's address under a name, one's own or shared with colleagues."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.db import verb
from o2c.kernel.errors import InvalidInput
from o2c.kernel.models import SavedView

LONGEST_QUERY = 2000


class InvalidView(InvalidInput):
    """A view needs a name and an address that can be kept."""

    code = "invalid-view"
    hint = gettext_lazy("Give the view a name of at most 60 characters.")


@verb
def keep_view(
    *, owner: Any, worklist: str, name: str, query: str, shared: bool, opens_first: bool = False
) -> SavedView:
    """Keep the address *query* of a list under *name*; the same name again is another address.

    :raises InvalidView: there is no name, or one of the two is too long.
    """
    named = name.strip()
    if not 1 <= len(named) <= 60 or len(query) > LONGEST_QUERY:
        raise InvalidView(_("This view cannot be kept."))
    view, _created = SavedView.objects.update_or_create(
        owner=owner, worklist=worklist, name=named, defaults={"query": query, "shared": shared}
    )
    if opens_first:
        open_first(owner=owner, worklist=worklist, view_id=view.pk)
    return view


@verb
def open_first(*, owner: Any, worklist: str, view_id: int | None) -> None:
    """Let a list open with one of one's own views; with all of it where *view_id* is None."""
    own = SavedView.objects.filter(owner=owner, worklist=worklist)
    own.filter(is_default=True).update(is_default=False)
    if view_id is not None:
        own.filter(pk=view_id).update(is_default=True)


@verb
def forget_view(*, view_id: int, owner: Any) -> None:
    """Forget one's own view."""
    SavedView.objects.filter(pk=view_id, owner=owner).delete()
