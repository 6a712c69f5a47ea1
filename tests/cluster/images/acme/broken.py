"""Never loads."""

import no_such_module_of_acme  # noqa: F401
