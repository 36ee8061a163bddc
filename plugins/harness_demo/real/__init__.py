"""The demonstration on real models that nobody here wrote: published packages, pinned by digest."""
