"""Lines as Postfix 3.7 and Exim 4.96 write them."""

POSTFIX = """\
Nov 24 15:40:46 mx postfix/smtpd[11004]: connect from localhost[127.0.0.1]
Nov 24 15:40:46 mx postfix/smtpd[11004]: B78CF22C02A: client=localhost[127.0.0.1]
Nov 24 15:40:46 mx postfix/cleanup[11009]: B78CF22C02A: message-id=<1.ann@acme.example>
Nov 24 15:40:46 mx postfix/qmgr[11002]: B78CF22C02A: from=<hello@acme.example>, size=295, nrcpt=1 (queue active)
Nov 24 15:40:46 mx postfix/smtpd[11004]: BA0D422C023: client=localhost[127.0.0.1]
Nov 24 15:40:47 mx postfix/cleanup[11009]: BA0D422C023: message-id=<1.bob@acme.example>
Nov 24 15:40:47 mx postfix/smtp[11019]: B78CF22C02A: to=<ann@mail.example>, relay=127.0.0.1[127.0.0.1]:42503, \
delay=0.06, delays=0/0.05/0.01/0, dsn=2.0.0, status=sent (250 2.0.0 taken as 1)
Nov 24 15:40:47 mx postfix/qmgr[11002]: B78CF22C02A: removed
Nov 24 15:40:47 mx postfix/qmgr[11002]: BA0D422C023: from=<hello@acme.example>, size=313, nrcpt=1 (queue active)
Nov 24 15:40:48 mx postfix/smtp[11012]: BA0D422C023: to=<robert@mail.example>, orig_to=<bob@mail.example>, \
relay=127.0.0.1[127.0.0.1]:42503, delay=0.14, delays=0.02/0.05/0.02/0.05, dsn=5.1.1, status=bounced \
(host 127.0.0.1[127.0.0.1] said: 550 5.1.1 no such user (in reply to RCPT TO command))
Nov 24 15:40:48 mx postfix/smtp[11014]: BE3A122C02B: to=<full@mail.example>, relay=127.0.0.1[127.0.0.1]:42503, \
delay=0.12, delays=0.03/0.03/0.04/0.02, dsn=5.2.2, status=bounced (host 127.0.0.1[127.0.0.1] said: 552 5.2.2 full \
(in reply to RCPT TO command))
Nov 24 15:40:49 mx postfix/smtp[11020]: C8EB222C02D: to=<later@mail.example>, relay=127.0.0.1[127.0.0.1]:42503, \
delay=0.08, delays=0/0.05/0.01/0.02, dsn=4.2.0, status=deferred (host 127.0.0.1[127.0.0.1] said: 450 4.2.0 later \
(in reply to RCPT TO command))
Nov 24 15:40:49 mx postfix/smtpd[11004]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <gone@x.example>: \
Recipient address rejected: no such mailbox; from=<hello@acme.example> to=<gone@x.example> proto=ESMTP helo=<x>
Nov 24 15:40:50 mx postfix/cleanup[11009]: C9EB222C02D: message-id=<1.broken.off@acme.example>
"""

EXIM = """\
2026-11-24 15:40:40 exim 4.96 daemon started: pid=11066, no queue runs, listening for SMTP on [127.0.0.1]:37249
2026-11-24 15:40:46 1xVse0-0002sX-04 <= hello@acme.example H=([127.0.0.1]) [127.0.0.1] P=esmtps \
X=TLS1.3:ECDHE_X25519__ECDSA_SECP256R1_SHA256__AES_256_GCM:256 CV=no S=285 id=1.ann@acme.example
2026-11-24 15:40:47 1xVse0-0002sX-04 => ann <ann@mail.example> R=everybody T=nowhere
2026-11-24 15:40:47 1xVse0-0002sX-04 Completed
2026-11-24 15:40:47 1xVse0-0002sX-06 <= hello@acme.example H=([127.0.0.1]) [127.0.0.1] P=esmtp K S=303 \
id=1.bob@acme.example
2026-11-24 15:40:48 1xVse0-0002sX-06 ** robert@mail.example <bob@mail.example> R=onward T=onward \
H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after RCPT TO:<robert@mail.example>: 550 5.1.1 no such user
2026-11-24 15:40:48 1xVse0-0002sX-0S ** full@mail.example R=onward T=onward H=127.0.0.1 [127.0.0.1]: \
SMTP error from remote mail server after RCPT TO:<full@mail.example>: 552 5.2.2 full
2026-11-24 15:40:49 1xVse0-0002sX-18 == later@mail.example R=onward T=onward defer (-44) H=127.0.0.1 [127.0.0.1]: \
SMTP error from remote mail server after RCPT TO:<later@mail.example>: 450 4.2.0 later
2026-11-24 15:40:49 H=([127.0.0.1]) [127.0.0.1] F=<hello@acme.example> rejected RCPT <gone@x.example>: 5.1.1 no such
2026-11-24 15:40:50 1xVse0-0002si-1M <= <> R=1xVse0-0002sX-06 U=Debian-exim P=local S=1753
"""
