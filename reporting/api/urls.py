"""The addresses of the journal, ageing and statements in the API."""

from django.urls import path

from reporting.api import accounts, journal

urlpatterns = [
    path("journal-entries", journal.JournalEntriesView.as_view(), name="api-journal-entries"),
    path("journal-entries/<int:number>", journal.JournalEntryView.as_view(), name="api-journal-entry"),
    path("reports/aging", accounts.AgingView.as_view(), name="api-aging"),
    path("customers/<str:customer_id>/statement", accounts.StatementView.as_view(), name="api-statement"),
]
