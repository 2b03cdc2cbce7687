import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_desks_in_full"),
        ("kernel", "0002_system_user"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.company",
            ),
            preserve_default=False,
        ),
    ]
