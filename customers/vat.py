"""Who knows whether a VAT id is valid: its check digits, or the Commission's VIES.

The setting VAT_CHECKER names one. An answer takes as long as the network does, so it is asked for outside
any transaction and recorded afterwards (`customers.services.check_vat_id`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.eu.vat import MEMBER_STATES

from customers.errors import VatCheckNotAnswered
from customers.models import VatCheck
from customers.rules import is_valid_vat_id, normal_vat_id

TIMEOUT = 10  # seconds
LONGEST_ANSWER = 100_000  # bytes
STATES_IN_VIES = frozenset(state.upper() for state in MEMBER_STATES - {"gr"}) | {"EL"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a VAT id is valid, who says so, and the number of the consultation or the document."""

    vat_id: str
    valid: bool
    source: str
    reference: str = ""


Checker = Callable[..., Answer]


def check_digits(*, vat_id: str, **_: str) -> Answer:
    """Answer from the digits alone: a typing error shows, a cancelled registration does not."""
    return Answer(vat_id, is_valid_vat_id(vat_id), VatCheck.Source.CHECK_DIGITS)


def vies(*, vat_id: str, requester: str = "") -> Answer:
    """Ask the VIES on-the-web service of the European Commission (REST, check-vat-number).

    *requester* is our own VAT id: with it the answer has a consultation number, the proof for the tax office.
    VIES knows the ids of the member states and of Northern Ireland; of any other, and of one with a typing
    error, the digits say enough.

    :raises VatCheckNotAnswered: VIES or the member state behind it can't be reached or is too busy.
    """
    if vat_id[:2] not in STATES_IN_VIES or not is_valid_vat_id(vat_id):
        return check_digits(vat_id=vat_id)
    asked = {"countryCode": vat_id[:2], "vatNumber": vat_id[2:]}
    if requester[:2] in STATES_IN_VIES:
        asked |= {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}
    said = _post(f"{settings.VIES_URL}/check-vat-number", asked)
    valid = said.get("valid")
    if not isinstance(valid, bool):
        raise VatCheckNotAnswered(
            _("VIES did not say whether %(vat_id)s is valid: %(reason)s.")
            % {"vat_id": vat_id, "reason": _reason(said)}
        )
    return Answer(vat_id, valid, VatCheck.Source.VIES, str(said.get("requestIdentifier") or "")[:80])


def _post(url: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return the JSON object with which *url* answers, also to an error of its own."""
    request = Request(  # noqa: S310 - the address is a setting, not input
        url,
        data=json.dumps(asked).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            said = json.loads(answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        raise VatCheckNotAnswered(
            _("VIES can't answer now (HTTP %(code)s).") % {"code": error.code}
        ) from error
    except (OSError, ValueError) as error:  # no connection, no answer in time, or no JSON
        raise VatCheckNotAnswered(_("VIES can't be reached.")) from error
    if not isinstance(said, dict):
        raise VatCheckNotAnswered(_("VIES answered with something else."))
    return said


def _reason(said: dict[str, Any]) -> str:
    """Return the error codes of an answer that is none, such as MS_UNAVAILABLE."""
    wrappers = said.get("errorWrappers")
    found = [str(entry.get("error")) for entry in wrappers or [] if isinstance(entry, dict)]
    return ", ".join(found)[:200] or _("no reason given")


CHECKERS: dict[str, Checker] = {"check_digits": check_digits, "vies": vies}


def ask(*, vat_id: str, requester: str = "") -> Answer:
    """Ask the checker that the setting VAT_CHECKER names whether *vat_id* is valid.

    :raises VatCheckNotAnswered: nobody answered.
    """
    return CHECKERS[settings.VAT_CHECKER](vat_id=normal_vat_id(vat_id), requester=normal_vat_id(requester))
