"""One campaign sent by many hosts: chunks of its people, dealt out by procrastinate over PostgreSQL.

A coordinator gathers the audience, stores a bundle of all that messages are made of, and defers a task a chunk. Each
host takes chunks, and sends them with the pipeline of a single machine. Who got what is in the ledger; who may send
what now is a lease on a chunk, which every write to the ledger has to hold.
"""
