"""From a Plan to a Report: gather, then send.

One pass over the source fills the audience on disk (`gather`); then workers take from the `feed`, render, deliver and
hand outcomes to the `recorder`, which alone writes the ledger. Only the `executor` knows all stages.
"""
