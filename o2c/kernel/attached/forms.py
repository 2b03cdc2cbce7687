"""What is typed and chosen beside a document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from o2c.kernel.attached.rules import KINDS
from o2c.kernel.attached.services import LONGEST
from o2c.kernel.deskform import DeskForm


class NoteForm(DeskForm):
    """A note."""

    text = forms.CharField(
        label=_("Note"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST})
    )


class FileForm(DeskForm):
    """A file to add. Its bytes are looked at by the verb."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.ClearableFileInput(
            attrs={"accept": ",".join(ending for kind in KINDS for ending in kind.endings)}
        ),
    )
