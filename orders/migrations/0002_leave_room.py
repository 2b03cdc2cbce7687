from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Leave room for rows that change in place with every order, shipment or payment."""

    dependencies = [("orders", "0001_initial")]
    operations = [leave_room("orders_order", 75), leave_room("orders_orderline", 60)]
