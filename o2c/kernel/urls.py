"""The addresses of the parts that every desk shares: notes, files and long work."""

from django.urls import path

from o2c.kernel.attached import views as attached
from o2c.kernel.longwork import views as jobs
from o2c.kernel.longwork.worklists import OwnJobs
from o2c.kernel.worklists.views import page_of

urlpatterns = [
    path("notes/<int:pk>/", attached.reword, name="note-reword"),
    path("notes/<int:pk>/withdraw/", attached.withdraw_note, name="note-withdraw"),
    path("notes/<str:kind>/<int:pk>/", attached.write, name="note-write"),
    path("files/<int:pk>/", attached.download, name="file"),
    path("files/<int:pk>/withdraw/", attached.withdraw_file, name="file-withdraw"),
    path("files/<str:kind>/<int:pk>/", attached.attach, name="file-attach"),
    path("jobs/", page_of(OwnJobs), name="jobs"),
    path("jobs/<uuid:public_id>/", jobs.card, name="job"),
    path("jobs/<uuid:public_id>/file/", jobs.file, name="job-file"),
    path("jobs/<uuid:public_id>/again/", jobs.again, name="job-again"),
]
