"""The forms of the sign-in and of one's own account: allauth's, as our pages show them, and the profile."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from o2c.accounts import tasks
from o2c.accounts.services import Profile
from o2c.kernel.models import User


class Plain(forms.Form):
    """A form whose labels stand above its fields, and nothing in them."""

    labels: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.labels.get(name, field.label)


class NewPassword(Plain):
    """A form that asks for a new password, twice."""

    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Password until now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class SignInForm(Plain, account.LoginForm):
    """The sign-in."""

    labels: ClassVar[dict[str, Any]] = {"login": _("Username"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class PasswordAgainForm(Plain, account.ReauthenticateForm):
    """The password once more, before something that a stolen session must not do."""

    labels: ClassVar[dict[str, Any]] = {"password": _("Password")}


class NewPasswordForm(NewPassword, account.ChangePasswordForm):
    """Another password for who knows the one until now."""


class ResetForm(NewPassword, account.ResetPasswordKeyForm):
    """Another password for who followed the link in the mail."""


class CodeForm(Plain, codes.AuthenticateForm):
    """The second factor at the sign-in."""

    labels: ClassVar[dict[str, Any]] = {"code": _("Code from the app, or a recovery code")}


class CodeAgainForm(Plain, codes.ReauthenticateForm):
    """The second factor once more."""

    labels: ClassVar[dict[str, Any]] = CodeForm.labels


class AppForm(Plain, ActivateTOTPForm):
    """The first code of an authenticator app."""

    labels: ClassVar[dict[str, Any]] = {"code": _("Code that the app shows now")}


class ForgottenForm(forms.Form):
    """Where to send the link for a new password. Whether there is such an account, nobody learns."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def save(self, request: HttpRequest, **_: object) -> str:
        """Have the mail sent, if there is somebody to send it to: looking is the worker's part, too."""
        address: str = self.cleaned_data["email"]
        tasks.ask_for_link(
            address=address, site=request.build_absolute_uri("/"), language=translation.get_language() or "en"
        )
        return address


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's name, and how they like their pages."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "theme", "density", "single_keys")
        widgets: ClassVar[dict[str, Any]] = {"theme": forms.RadioSelect, "density": forms.RadioSelect}
        labels: ClassVar[dict[str, Any]] = {"single_keys": _("Single keys do something")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("As the browser")), *User._meta.get_field("language").choices]  # type: ignore[misc]

    def profile(self) -> Profile:
        """Return what was said."""
        return Profile(**self.cleaned_data)
