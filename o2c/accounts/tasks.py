"""Mails about accounts. They are sent by the worker: how long that takes tells nobody whether an address is known."""

import logging
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import filter_users_by_email, user_pk_to_url_str
from celery import shared_task
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from o2c.kernel.models import Company, User

log = logging.getLogger(__name__)


def ask_for_link(*, address: str, site: str, language: str) -> None:
    """Have a link for a new password sent to *address*; a broker that is down is for the log, not for who asks."""
    try:
        send_link.delay(address=address, site=site, language=language)
    except (OperationalError, RedisError, OSError):
        log.exception("No link for a new password could be sent: the broker does not answer.")


@shared_task(max_retries=5, retry_backoff=True, autoretry_for=(OSError,))
def send_link(*, address: str, site: str, language: str) -> None:
    """Send a link for a new password to those who have *address*; to nobody if nobody has."""
    for user in filter_users_by_email(address, is_active=True, prefer_verified=True):
        with translation.override(user.language or language):
            _send(user, site)


def _send(user: User, site: str) -> None:
    """Send the mail in the language that is switched on."""
    where = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=where)
    told: dict[str, Any] = {
        "user": user,
        "company": Company.objects.current(),
        "link": site.rstrip("/") + path,
    }
    subject = render_to_string("account/password_forgotten/subject.txt", told).strip()
    body = render_to_string("account/password_forgotten/body.txt", told)
    send_mail(subject, body, from_email=None, recipient_list=[user.email])
