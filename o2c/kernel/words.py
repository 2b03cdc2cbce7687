"""Words in the reader's language for rules, which know nothing else of Django."""

from django.utils.translation import gettext, gettext_lazy, ngettext

__all__ = ["gettext", "gettext_lazy", "ngettext"]
