"""The shapes of the sandbox's endpoints, and of jobs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from o2c.gateway.sandbox.casts import Cast, Prop
from o2c.gateway.sandbox.days import LONGEST
from o2c.gateway.sandbox.simulation import Step
from o2c.kernel.api.serializers import Input, Output, PublicIdField
from o2c.kernel.models import Job


class CastOut(Output):
    """A customer who always behaves the same."""

    id = PublicIdField("cus", source="public_id")
    number = serializers.CharField(help_text="What a test key is bound to.")
    external_id = serializers.CharField()
    name = serializers.CharField()
    behaves = serializers.CharField()


class PropOut(Output):
    """A product that always behaves the same."""

    sku = serializers.CharField()
    name = serializers.CharField()
    behaves = serializers.CharField()


class SandboxOut(Output):
    """What the sandbox is like now."""

    today = serializers.DateField(help_text="Its business date.")
    days_ahead = serializers.IntegerField(help_text="How far its clock was moved.")
    filled_at = serializers.DateTimeField(help_text="When it was filled last.")
    customers = CastOut(many=True)
    products = PropOut(many=True)


class ClockIn(Input):
    """By how many days the clock goes forward, or to which day."""

    advance_days = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)
    to = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want one of the two."""
        if len(attrs) != 1:
            raise ValidationError("Send either advance_days or to.", code="one-of")
        return attrs


class SimulateIn(Input):
    """What is played with which order."""

    order = PublicIdField("ord")
    do = serializers.ChoiceField(Step.choices)


class JobErrorOut(Output):
    """Why a job failed."""

    code = serializers.CharField(source="error_code")
    detail = serializers.CharField(source="error")


class ProgressOut(Output):
    """How much of a job is done."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


SHOPS_JOBS = [(Job.Kind.CLOCK.value, Job.Kind.CLOCK.label)]  # staff begin others


class JobOut(Output):
    """Work that goes on after the call that began it."""

    id = PublicIdField("job", source="public_id")
    kind = serializers.ChoiceField(SHOPS_JOBS)
    state = serializers.ChoiceField(Job.State.choices)
    progress = ProgressOut(source="*")
    outcome = serializers.DictField(help_text="Figures, once it is done.")
    error = serializers.SerializerMethodField(help_text="Set when it failed.")
    queued_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(JobErrorOut(allow_null=True))
    def get_error(self, job: Job) -> dict[str, Any] | None:
        """Return the named reason of a failure."""
        return dict(JobErrorOut(job).data) if job.state == Job.State.FAILED else None


def told(cast: Cast | Prop, **more: str) -> dict[str, Any]:
    """Return a part as `CastOut` and `PropOut` show it."""
    names = ("public_id", "external_id", "sku", "name", "behaves")
    return {name: getattr(cast, name) for name in names if hasattr(cast, name)} | more
