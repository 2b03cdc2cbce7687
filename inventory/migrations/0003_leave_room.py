from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Levels and reservations change in place with every order and shipment."""

    dependencies = [("inventory", "0002_initial")]
    operations = [leave_room("inventory_stocklevel", 50), leave_room("inventory_reservation", 60)]
