from django.db import migrations

from o2c.kernel.table_settings import leave_room


class Migration(migrations.Migration):
    """Commitments shrink in place with every invoice."""

    dependencies = [("credit", "0002_initial")]
    operations = [leave_room("credit_commitment", 60)]
