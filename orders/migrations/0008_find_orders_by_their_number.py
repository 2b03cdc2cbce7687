"""The palette finds an order by the customer's number and by the shop's, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0007_return_days'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['po_number'], name='order_po_number'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('external_id__isnull', False)), fields=['external_id'], name='order_external_id'),
        ),
    ]
