"""The palette finds a shipment by the carrier's number, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfillment', '0007_entitlement_in_api'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(fields=['tracking_number'], name='shipment_tracking_number'),
        ),
    ]
