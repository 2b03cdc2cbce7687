"""What an account may do: Django's groups and permissions, read in one prepared statement."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from o2c.kernel.db import fetch_all

PERMISSIONS = """
SELECT DISTINCT kind.app_label || '.' || permission.codename
FROM auth_permission permission JOIN django_content_type kind ON kind.id = permission.content_type_id
WHERE permission.id IN (
    SELECT permission_id FROM kernel_user_user_permissions WHERE user_id = %s
    UNION ALL
    SELECT given.permission_id FROM auth_group_permissions given
    JOIN kernel_user_groups member ON member.group_id = given.group_id WHERE member.user_id = %s)
"""


class PermissionBackend(AuthenticationBackend):
    """The sign-in's backend, whose two compiled queries for every request are one statement here."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the permissions of an account, its own and its groups'; read once for each instance."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            every: set[str] = super().get_all_permissions(user_obj, obj)
            return every
        if not hasattr(user_obj, "_perm_cache"):  # where Django keeps them too
            user_obj._perm_cache = {name for (name,) in fetch_all(PERMISSIONS, [user_obj.pk, user_obj.pk])}
        found: set[str] = user_obj._perm_cache
        return found
