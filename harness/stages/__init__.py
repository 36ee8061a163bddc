"""The verbs of the pipeline, one a file; they never import each other."""
