from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0007_event_customer'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='eventdelivery',
            options={
                'permissions': [('redeliver_eventdelivery', 'Can deliver an event again')],
                'verbose_name': 'event delivery',
                'verbose_name_plural': 'event deliveries',
            },
        ),
        migrations.AlterModelOptions(
            name='jobrun',
            options={'permissions': [('rerun_jobrun', 'Can run a job again')], 'verbose_name': 'job run'},
        ),
    ]
