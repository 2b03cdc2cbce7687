"""The endpoints of the sandbox, and of jobs."""

from datetime import timedelta
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from o2c.gateway import sandbox
from o2c.gateway.errors import OnlyInSandbox
from o2c.gateway.models import Scope
from o2c.gateway.sandbox import casts, days, simulation
from o2c.gateway.sandbox.serializers import ClockIn, JobOut, SandboxOut, SimulateIn, told
from o2c.kernel import clock, partition, public_ids
from o2c.kernel.api.endpoints import Endpoint, once_only
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.models import Job, Sandbox
from o2c.kernel.models.work import PREFIX
from o2c.kernel.partition import Mode
from o2c.kernel.public_ids import NOBODY
from orders.models import Order


class SandboxEndpoint(Endpoint):
    """What exists for test keys only."""

    scopes: ClassVar = {"GET": Scope.SANDBOX_WRITE, "POST": Scope.SANDBOX_WRITE}

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Look at the call, and turn away whoever would play with the books.

        :raises OnlyInSandbox: the key is no test key.
        """
        super().initial(request, *args, **kwargs)
        if partition.current() is not Mode.TEST:
            raise OnlyInSandbox(_("The company's own books have no sandbox in them."))

    def shown(self) -> Response:
        """Answer with the sandbox as it is."""
        numbers = dict(
            Customer.objects.filter(public_id__in=[cast.public_id for cast in casts.CASTS]).values_list(
                "public_id", "number"
            )
        )
        row = Sandbox.objects.get()
        state = {
            "today": self.today,
            "days_ahead": row.ahead.days,
            "filled_at": row.set_up_at,
            "customers": [told(cast, number=numbers[cast.public_id]) for cast in casts.CASTS],
            "products": [told(prop) for prop in casts.PROPS],
        }
        return Response(SandboxOut(state).data)


class SandboxView(SandboxEndpoint):
    """The sandbox."""

    @extend_schema(operation_id="getSandbox", responses={200: SandboxOut}, tags=["sandbox"])
    def get(self, request: Request) -> Response:
        """Show the sandbox's day, and the customers and products that always behave the same."""
        return self.shown()


class ResetView(SandboxEndpoint):
    """A new beginning."""

    @extend_schema(operation_id="resetSandbox", request=None, responses={200: SandboxOut}, tags=["sandbox"])
    @once_only
    def post(self, request: Request) -> Response:
        """Empty the sandbox and fill it anew with the company's set-up. Keys and webhooks stay."""
        sandbox.reset(at=clock.unmoved())
        with partition.moved(timedelta()):
            return self.shown()


class ClockView(SandboxEndpoint):
    """The sandbox's clock."""

    @extend_schema(operation_id="moveClock", request=ClockIn, responses={202: JobOut}, tags=["sandbox"])
    @once_only
    def post(self, request: Request) -> Response:
        """Let days pass, with everything that the nights do. It goes on as a job."""
        asked = self.given(ClockIn)
        to = asked.get("to") or self.today + timedelta(days=asked["advance_days"])
        job = days.move_clock(to=to, on=self.today, actor=self.actor)
        return _answered(job, code=status.HTTP_202_ACCEPTED)


class SimulateView(SandboxEndpoint):
    """The warehouse, the billing desk and the bank, played."""

    @extend_schema(operation_id="simulate", request=SimulateIn, responses={204: None}, tags=["sandbox"])
    @once_only
    def post(self, request: Request) -> Response:
        """Ship, deliver, invoice or pay an order, as the company's staff and customers would."""
        asked = self.given(SimulateIn)
        order = Order.objects.for_principal(self.principal).filter(public_id=asked["order"]).first()
        if order is None:
            raise ResourceNotFound
        simulation.simulate(order_id=order.pk, step=asked["do"], on=self.today)
        return Response(status=status.HTTP_204_NO_CONTENT)


class JobView(Endpoint):
    """A job of the shop."""

    scopes: ClassVar = {"GET": Scope.JOBS_READ}

    @extend_schema(operation_id="getJob", responses={200: JobOut}, tags=["jobs"])
    def get(self, request: Request, job_id: str) -> Response:
        """Show how far a job is."""
        job = Job.objects.of(self.principal.actor).filter(public_id=public_ids.read(PREFIX, job_id) or NOBODY)
        found = job.first()
        if found is None:
            raise ResourceNotFound
        return _answered(found)


def _answered(job: Job, *, code: int = status.HTTP_200_OK) -> Response:
    data = JobOut(job).data
    begun = code == status.HTTP_202_ACCEPTED
    headers = {"Location": reverse("api-job", args=[data["id"]])} if begun else {}
    return Response(data, status=code, headers=headers)
