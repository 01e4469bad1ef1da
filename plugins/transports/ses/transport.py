"""The transport `ses` itself: a client of boto3 that all sessions share."""

import re
from collections.abc import Mapping
from typing import Any

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Context, Message, OneByOne, Outcome, Reply

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from .meaning import outcome_of
except ImportError:
    raise TransportError(
        "the transport `ses` needs boto3, which is not installed", hint='pip install "mailgrid[ses]"'
    ) from None

__all__ = ["SesTransport", "open_ses"]

_ADDRESS = re.compile(r"[^\s<>:,]+@[^\s<>:,]+")
#: So many connections at once; more workers than anybody has.
_CONNECTIONS = 100


class SesTransport:
    """Sends through a client of the API, which may be used by any number of threads.

    Args:
        client: of `sesv2`; it must not try anything twice by itself, for what had no answer is in doubt.
        title: what it is, for people.
        configuration_set: the set that messages belong to; empty for none.
    """

    def __init__(self, client: Any, title: str, configuration_set: str) -> None:  # noqa: ANN401  # boto3 makes it when run
        self.title = title
        self._client = client
        self._more = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def check(self) -> None:
        """Ask for the account: that the key is right, and that the account may send.

        Raises:
            TransportError: it is not, it may not, or nobody answers.
        """
        try:
            account = self._client.get_account()
        except (BotoCoreError, ClientError) as error:
            hint = "check the key, the region, and the right `ses:GetAccount`"
            raise TransportError(f"{self.title}: {_ADDRESS.sub('***', str(error))}", hint=hint) from None
        if not account.get("SendingEnabled", True):
            hint = "see the account's page at AWS; `EnforcementStatus` there says why"
            raise TransportError(f"{self.title}: the account may not send", hint=hint)

    def open_session(self) -> OneByOne:
        """Make a session; all of them share the client, and each has a connection at a time."""
        return OneByOne(self._send)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, message: Message) -> Reply | Outcome:
        sender = {"FromEmailAddress": message.mail_from} if message.mail_from else {}
        try:
            answer = self._client.send_email(
                Destination={"ToAddresses": [message.rcpt_to]},
                Content={"Raw": {"Data": message.content}},
                **sender,
                **self._more,
            )
        except Exception as error:  # noqa: BLE001  # an answer that is none makes boto3 raise whatever it comes to
            return outcome_of(message, error)
        return Reply(code=answer["ResponseMetadata"]["HTTPStatusCode"], text=f"taken as {answer.get('MessageId', '')}")


def open_ses(location: str | None, options: Mapping[str, Any], context: Context) -> SesTransport:
    """Make the transport; nothing is connected yet.

    Raises:
        TransportError: there is no region, no such profile, or half a key.
    """
    del location, context  # it takes none, and needs none
    keys = {name: options[name] and options[name].reveal() for name in ("access_key", "secret_key", "session_token")}
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},  # otherwise it would send again by itself
        connect_timeout=options["timeout"].total_seconds(),
        read_timeout=options["reply_timeout"].total_seconds(),
        max_pool_connections=_CONNECTIONS,
    )
    try:
        session = boto3.Session(
            aws_access_key_id=keys["access_key"],
            aws_secret_access_key=keys["secret_key"],
            aws_session_token=keys["session_token"],
            region_name=options["region"],
            profile_name=options["profile"],
        )
        client = session.client("sesv2", endpoint_url=options["endpoint"], config=config)
    except (BotoCoreError, ValueError) as error:
        raise TransportError(f"ses: {error}", hint="see `region`, `profile`, `access_key` and `secret_key`") from None
    return SesTransport(client, f"ses {client.meta.region_name}", options["configuration_set"] or "")
