"""The application with one more address: a call that only says who it is, and is answered with nothing.

Everything between the socket and the endpoint is the same as for an order, the API key included; it is what
the HTTP bars are a share of.
"""

from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from o2c.gateway.authentication import ApiKeyAuthentication
from o2c.urls import urlpatterns as of_the_application


class NoOpView(APIView):
    """Django REST framework as it is, behind the API's own authentication."""

    authentication_classes = (ApiKeyAuthentication,)
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        """Do nothing."""
        return Response({})


urlpatterns = [*of_the_application, path("api/bench/no-op", NoOpView.as_view())]
