"""An allocation is not taken back before its day; rows of before are left to the proof of the books to name."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0001_initial"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="allocation",
            constraint=models.CheckConstraint(
                name="allocation_taken_back_after",
                condition=Q(reversed_on=None) | Q(reversed_on__gte=F("on")),
            ),
        ),
    ]
