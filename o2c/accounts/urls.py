"""Every address of the sign-in and of a person's own account. What allauth has besides is not offered."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.generic import RedirectView

from o2c.accounts import views

urlpatterns = [
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-in/closed/", allauth.account_inactive, name="account_inactive"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-in/forgotten/", allauth.password_reset, name="account_reset_password"),
    path("sign-in/forgotten/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "sign-in/forgotten/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^sign-in/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("account/", views.account, name="my-account"),
    path("account/password/", allauth.password_change, name="account_change_password"),
    path(
        "account/password/first/",  # who has none yet gets a link for one
        RedirectView.as_view(pattern_name="account_reset_password", http_method_names=["get", "head"]),
        name="account_set_password",
    ),
    path("account/sessions/end/", views.end_others, name="sessions-end"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="session-end"),
    path("account/second-factor/", views.second_factor, name="mfa_index"),
    path("account/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "account/second-factor/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("account/second-factor/passkeys/", views.second_factor, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        passkeys.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("theme/", views.set_theme, name="theme"),
    path("language/", views.set_language, name="language"),
    path("keys/", views.set_keys, name="keys"),
]
