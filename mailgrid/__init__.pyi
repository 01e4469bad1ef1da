from mailgrid.hookspecs import hookimpl as hookimpl
from mailgrid.library.loading import load as load
from mailgrid.library.settings import Settings as Settings
from mailgrid.library.verbs import apply as apply
from mailgrid.library.verbs import plan as plan
from mailgrid.message.token import verify_token as verify_token
from mailgrid.report import Report as Report

__version__: str
