from django.contrib.auth.hashers import make_password
from django.db import migrations


def create(apps, schema_editor):
    user = apps.get_model("kernel", "User")
    user.objects.get_or_create(
        username="system",
        defaults={
            "is_superuser": True,
            "is_active": True,
            "password": make_password(None),
            "last_name": "System",
        },
    )


class Migration(migrations.Migration):
    """The account under which jobs and event consumers act; it has no usable password."""

    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
