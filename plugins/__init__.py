"""Sources and transports that come with Mailgrid. They enter by the same door as everybody's."""
