"""What the catalog announces: nothing yet. Changes of prices and rates are in the audit trail."""
