from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Leave room for rows that change in place with every order, shipment or payment."""

    dependencies = [("inventory", "0001_initial")]
    operations = [leave_room("inventory_stocklevel", 50), leave_room("inventory_reservation", 60)]
