"""What a session knows of itself: when it began, and when it was last seen in use."""

from django.http import HttpRequest

from o2c.kernel import clock

BEGAN, SEEN = "began", "seen"


def begin(request: HttpRequest) -> None:
    """Note on a session that it begins now."""
    request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())
