"""What somebody has, and says, at an address of the sign-in or of their account, so that it does what it is for."""

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY, WebAuthn
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from o2c.kernel.models import User
from o2c.operations.roles import ORDER_CLERK
from tests.web.crawling import PASSWORD, Visit, Visitor, with_password
from tests.world import staff

SECRET = "JBSWY3DPEHPK3PXP"  # of the app on everybody's telephone
CHALLENGE = b"what the passkey is asked to sign"
HOST = "testserver"
NEW = "another-lantern-9"
Flag = AuthenticatorData.FLAG


def who(visitor: Visitor) -> User:
    """The visitor; for who has not signed in, and for a program, somebody who could."""
    is_somebody = visitor.user is not None and not visitor.user.is_program
    return visitor.user if is_somebody else with_password(staff(ORDER_CLERK, "ada"))


def code() -> dict[str, list[Any]]:
    """What the app shows now."""
    return {"code": [format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))]}


@cache
def key() -> ec.EllipticCurvePrivateKey:
    """What everybody's passkey signs with."""
    return ec.derive_private_key(2026, ec.SECP256R1())


def client_data(deed: str) -> CollectedClientData:
    """What the browser says of the question."""
    return CollectedClientData.create(type=deed, challenge=CHALLENGE, origin=f"https://{HOST}")


def registration() -> dict[str, Any]:
    """What the browser sends of a new passkey."""
    public = AttestedCredentialData.create(
        Aaguid.NONE, b"lantern", ES256.from_cryptography_key(key().public_key())
    )
    data = AuthenticatorData.create(sha256(HOST.encode()).digest(), Flag.UP | Flag.UV | Flag.AT, 1, public)
    answer = AuthenticatorAttestationResponse(
        client_data=client_data("webauthn.create"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    return as_json(RegistrationResponse(raw_id=b"lantern", response=answer))


def signature(user: User) -> dict[str, Any]:
    """What the browser sends when the passkey has signed."""
    data = AuthenticatorData.create(sha256(HOST.encode()).digest(), Flag.UP | Flag.UV, 2)
    asked = client_data("webauthn.get")
    answer = AuthenticatorAssertionResponse(
        client_data=asked,
        authenticator_data=data,
        signature=key().sign(data + asked.hash, ec.ECDSA(SHA256())),
        user_handle=user_pk_to_url_str(user).encode(),
    )
    return as_json(AuthenticationResponse(raw_id=b"lantern", response=answer))


def as_json(answer: Any) -> dict[str, Any]:
    """The same as the page sends it."""
    told: dict[str, Any] = json.loads(json.dumps(dict(answer)))
    return told


def passkey(visitor: Visitor) -> Any:
    """A passkey of the visitor, which is asked to sign."""
    visitor.remember({STATE_SESSION_KEY: {"challenge": websafe_encode(CHALLENGE), "user_verification": None}})
    return WebAuthn.add(who(visitor), "Key ring", registration()).instance


def signs_in(visitor: Visitor) -> Visit:
    """With the password."""
    return Visit(said={"login": [who(visitor).username], "password": [PASSWORD]})


def signs_in_by_code(visitor: Visitor) -> Visit:
    """With the password already, and now with the code."""
    TOTP.activate(who(visitor), SECRET)
    visitor.goes_on_from("/sign-in/", signs_in(visitor).said)
    return Visit(said=code())


def signs_in_by_passkey(visitor: Visitor) -> Visit:
    """With the passkey alone."""
    passkey(visitor)
    return Visit(said={"credential": [json.dumps(signature(who(visitor)))]})


def proves_by_password(_visitor: Visitor) -> Visit:
    """Once more."""
    return Visit(said={"password": [PASSWORD], "next": ["/account/"]}, leads_to="/account/")


def proves_by_code(visitor: Visitor) -> Visit:
    """Once more."""
    TOTP.activate(who(visitor), SECRET)
    return Visit(said=code() | {"next": ["/account/"]}, leads_to="/account/")


def proves_by_passkey(visitor: Visitor) -> Visit:
    """Once more."""
    passkey(visitor)
    said = {"credential": [json.dumps(signature(who(visitor)))], "next": ["/account/"]}
    return Visit(said=said, leads_to="/account/")


def asks_for_a_link(visitor: Visitor) -> Visit:
    """Which nobody learns to exist."""
    return Visit(said={"email": [who(visitor).email]}, leads_to=reverse("account_reset_password_done"))


def follows_the_link(visitor: Visitor) -> Visit:
    """The one for a new password, from a mail."""
    user = who(visitor)
    where = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    visitor.goes_on_from(reverse("account_reset_password_from_key", kwargs=where))
    return Visit(told=where | {"key": "set-password"}, said={"password1": [NEW], "password2": [NEW]})


def changes_the_password(_visitor: Visitor) -> Visit:
    """Knowing the one until now."""
    return Visit(said={"oldpassword": [PASSWORD], "password1": [NEW], "password2": [NEW]})


def is_elsewhere_too(visitor: Visitor) -> Visit:
    """In another browser."""
    other = UserSession.objects.create(user=who(visitor), ip="203.0.113.7", session_key="elsewhere")
    return Visit(told={"pk": other.pk})


def sets_up_an_app(visitor: Visitor) -> Visit:
    """The page has shown its key."""
    visitor.remember({SECRET_SESSION_KEY: SECRET})
    return Visit(said=code())


def has_an_app(visitor: Visitor) -> Visit:
    """On the telephone, and codes that they have seen: the first look at them is noted."""
    TOTP.activate(who(visitor), SECRET)
    RecoveryCodes.activate(who(visitor)).mark_as_viewed()
    return Visit()


def sets_up_a_passkey(visitor: Visitor) -> Visit:
    """The browser has made one."""
    visitor.remember({STATE_SESSION_KEY: {"challenge": websafe_encode(CHALLENGE), "user_verification": None}})
    return Visit(said={"name": ["Key ring"], "credential": [json.dumps(registration())]})


def has_a_passkey(visitor: Visitor) -> Visit:
    """And calls it otherwise."""
    return Visit(told={"pk": passkey(visitor).pk}, said={"name": ["Drawer"]})


VISITS: dict[str, Callable[[Visitor], Visit]] = {
    "account_login": signs_in,
    "mfa_authenticate": signs_in_by_code,
    "mfa_login_webauthn": signs_in_by_passkey,
    "account_reauthenticate": proves_by_password,
    "mfa_reauthenticate": proves_by_code,
    "mfa_reauthenticate_webauthn": proves_by_passkey,
    "account_logout": lambda _visitor: Visit(leads_to="/sign-in/"),
    "account_reset_password": asks_for_a_link,
    "account_reset_password_from_key": follows_the_link,
    "account_change_password": changes_the_password,
    "sessions-end": is_elsewhere_too,
    "session-end": is_elsewhere_too,
    "mfa_activate_totp": sets_up_an_app,
    "mfa_deactivate_totp": has_an_app,
    "mfa_view_recovery_codes": has_an_app,
    "mfa_generate_recovery_codes": has_an_app,
    "mfa_download_recovery_codes": has_an_app,
    "mfa_add_webauthn": sets_up_a_passkey,
    "mfa_edit_webauthn": has_a_passkey,
    "mfa_remove_webauthn": has_a_passkey,
    "theme": lambda _visitor: Visit(said={"theme": ["dark"]}),
    "language": lambda _visitor: Visit(said={"language": ["fr"]}),
}
