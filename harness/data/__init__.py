"""The frozen nouns, one family a file, in the order of the pipeline."""
