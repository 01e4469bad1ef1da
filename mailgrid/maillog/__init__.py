"""The logs of mail servers, Postfix and Exim: what a server itself wrote down about the messages that it was given."""
