"""EMAIL_URL names the mail server."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from o2c.settings.env import MailServer, mail_server

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://me%40x:s%2Fecret@mail.example.com",
            MailServer(
                backend=SMTP, host="mail.example.com", port=587, user="me@x", password="s/ecret", tls=True
            ),
        ),
        ("smtps://mail.example.com", MailServer(backend=SMTP, host="mail.example.com", port=465, ssl=True)),
        ("smtp://127.0.0.1:25?tls=0", MailServer(backend=SMTP, host="127.0.0.1", port=25)),
        ("console:", MailServer(backend="django.core.mail.backends.console.EmailBackend")),
    ],
)
def test_a_url_names_the_mail_server(monkeypatch: pytest.MonkeyPatch, url: str, server: MailServer) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    assert mail_server() == server


@pytest.mark.parametrize("url", [None, "", "smtp://", "mail.example.com", "http://mail.example.com"])
def test_anything_else_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_server()
