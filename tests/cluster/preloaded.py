"""What every process of a cluster's tests needs; it is imported once, in the server that forks them."""

import tests.cluster.hasty  # noqa: F401, I001 - first: what comes later is hasty
import mailgrid.cli.apply
import mailgrid.cli.status
import mailgrid.cli.worker
import mailgrid.cluster.engine
import mailgrid.cluster.worker
import mailgrid.language.parser
import mailgrid.message.template  # noqa: F401

__all__: list[str] = []
