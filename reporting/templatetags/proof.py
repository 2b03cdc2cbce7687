"""The words of the proof for templates."""

from django import template

from reporting.checks.labels import document_words

register = template.Library()
register.filter(document_words)
