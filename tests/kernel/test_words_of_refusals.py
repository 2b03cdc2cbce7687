"""A refusal speaks the language of whoever reads it, a clerk or a shop."""

import json

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy, trans_real

from o2c.kernel.api import problems
from o2c.kernel.errors import DomainError

FRENCH = {
    "%(order)s is a draft.": "%(order)s est un brouillon.",
    "Amend it instead.": "Modifiez-la plutôt.",
    "There is nothing at %(path)s.": "Il n'y a rien à %(path)s.",
}


class NoDraft(DomainError):
    """A refusal with a hint of its class."""

    hint = gettext_lazy("Amend it instead.")


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with these sentences in French."""
    catalogue = trans_real.translation("fr")._catalog._catalogs[0]
    for sentence, words in FRENCH.items():
        monkeypatch.setitem(catalogue, sentence, words)


def test_a_refusal_is_said_in_the_language_of_the_request_and_its_lazy_hint_when_it_is_shown() -> None:
    with translation.override("fr"):
        refusal = NoDraft(_("%(order)s is a draft.") % {"order": "SO-1"}, order="SO-1")
        assert str(refusal) == "SO-1 est un brouillon. Modifiez-la plutôt."
        told = json.loads(problems.problem(refusal, request=RequestFactory().get("/api/v1/orders")).content)
    assert (told["detail"], told["next_step"]) == ("SO-1 est un brouillon.", "Modifiez-la plutôt.")
    assert told["details"] == {"order": "SO-1"}
    assert refusal.next_step == "Amend it instead."  # the same refusal, read in English
    own = NoDraft(gettext_lazy("%(order)s is a draft."), hint=gettext_lazy("Amend it instead."))
    assert str(own) == "%(order)s is a draft. Amend it instead."
    with translation.override("fr"):
        assert own.message == "%(order)s est un brouillon."


def test_an_api_client_hears_the_language_it_asks_for(client: Client) -> None:
    told = {
        language: client.get("/api/v1/nothing-here", headers={"Accept-Language": language}).json()
        for language in ("fr", "en", "xx")
    }
    assert told["fr"]["detail"] == "Il n'y a rien à /api/v1/nothing-here."
    assert told["en"]["detail"] == told["xx"]["detail"] == "There is nothing at /api/v1/nothing-here."
    assert {one["code"] for one in told.values()} == {told["en"]["code"]}
