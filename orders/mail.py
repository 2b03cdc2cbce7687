"""Reading an e-mail that asks for something: who wrote what, and what is attached. Pure."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from orders.errors import MailTooLarge

MAX_BYTES = 10_000_000
BREAKS = {"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "blockquote"}
UNSEEN = {"style", "script", "head", "title"}


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail as the inbox keeps it; *message_id* is the same for each copy."""

    sender: str
    subject: str
    text: str
    message_id: str


def read_mail(content: bytes) -> Mail:
    """Return what an e-mail (RFC 5322) says; HTML becomes text, attachments are named below it.

    One without a Message-ID is known by its content.

    :raises MailTooLarge: it has more than ten million bytes.
    """
    if len(content) > MAX_BYTES:
        raise MailTooLarge(
            _("The e-mail has %(content)s bytes, more than %(most)s.")
            % {"content": len(content), "most": MAX_BYTES}
        )
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    sender = message["from"]
    addresses = sender.addresses if sender is not None else ()
    digest = hashlib.sha256(content).hexdigest()
    return Mail(
        sender=addresses[0].addr_spec if addresses else "",
        subject=str(message["subject"] or ""),
        text="\n\n".join(filter(None, [_text(message), _attachments(message)])),
        message_id=str(message["message-id"] or "").strip() or f"sha256-{digest}",
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    payload = body.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        text = content.decode(body.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a charset that nobody knows
        text = content.decode("utf-8", errors="replace")
    return text.strip() if body.get_content_type() == "text/plain" else text_of_html(text)


def _attachments(message: EmailMessage) -> str:
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    return "\n".join(f"[attached: {name}]" for name in names)


class _Words(HTMLParser):
    """Keeps what a reader of the page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in UNSEEN
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in UNSEEN), 0)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """Return the words of a page, with a new line where it begins one."""
    parser = _Words()
    parser.feed(html)
    lines = (line.strip() for line in "".join(parser.words).splitlines())
    return "\n".join(line for line in lines if line)
