"""The addresses of the console's own pages; those of its lists are the admin site's."""

from django.urls import path

from o2c.console import views

urlpatterns = [
    path("approvals/", views.inbox, name="console-approvals"),
    path("approvals/<str:kind>/<int:pk>/", views.decide, name="console-decide"),
    path("jobs/", views.job_list, name="console-jobs"),
    path("jobs/run/", views.run_jobs, name="console-run"),
    path("jobs/deliver/", views.deliver_again, name="console-deliver"),
    path("proof/", views.proof_history, name="console-proof"),
    path("proof/<int:pk>/", views.certificate, name="console-certificate"),
    path("roles/", views.role_matrix, name="console-roles"),
    path("duties/", views.duties, name="console-duties"),
    path("post/", views.post_by_hand, name="console-post"),
]
