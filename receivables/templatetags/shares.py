"""What somebody typed beside an open item."""

from django import template

from receivables.forms import AllocateForm

register = template.Library()


@register.simple_tag
def typed(form: AllocateForm, item_id: int) -> str:
    """Return what was typed, as it was typed."""
    return form.data.get(f"share-{item_id}", "") if form.is_bound else ""
