"""What a session knows of itself: when it began, when it was last seen in use, and that programs have none."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.translation import gettext as _

from o2c.kernel import clock

BEGAN, SEEN = "began", "seen"


def begin(request: HttpRequest) -> None:
    """Note on a session that it begins now."""
    request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())


def turn_away(request: HttpRequest) -> None:
    """End the session of a program's account, which has no pages, whatever its role may do; say so."""
    logout(request)
    messages.error(request, _("Programs have no pages: they call the API with a key."))
