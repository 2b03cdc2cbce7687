from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Leave room for rows that change in place with every order, shipment or payment."""

    dependencies = [("receivables", "0001_initial")]
    operations = [leave_room("receivables_receivable", 80), leave_room("receivables_payment", 80)]
