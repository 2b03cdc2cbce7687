"""What is billed: invoices, credit notes, their documents."""
