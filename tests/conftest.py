from hypothesis import settings

# A busy machine is no mistake: how long an example takes is measured in the benchmarks.
settings.register_profile("mailgrid", deadline=None)
settings.load_profile("mailgrid")
