"""The lists of quotes and of drafts are found by an index, however many orders there were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["valid_until", "id"],
                name="order_still_a_quote",
                condition=models.Q(("state__in", ["quoted", "expired"])),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["id"], name="order_draft", condition=models.Q(("state", "draft"))
            ),
        ),
    ]
