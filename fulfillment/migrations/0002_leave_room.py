from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Leave room for rows that change in place with every order, shipment or payment."""

    dependencies = [("fulfillment", "0001_initial")]
    operations = [leave_room("fulfillment_shipment", 60), leave_room("fulfillment_shipmentline", 70)]
