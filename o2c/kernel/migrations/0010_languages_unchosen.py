"""English was everybody's default, and nobody could choose: from now on no language means the browser's."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0009_user_preferences'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE kernel_user SET language = '' WHERE language = 'en'",
            "UPDATE kernel_user SET language = 'en' WHERE language = ''",
        ),
    ]
