"""From a Recipient to the exact bytes of one message."""
