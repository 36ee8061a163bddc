"""The files `revgate init` writes."""

STARTER_SUITE = """\
# yaml-language-server: $schema=./.revgate/suite.schema.json
# $schema: ./.revgate/suite.schema.json
# May we upgrade? Edit the targets and the cases, then:  revgate check suite.yaml
suite: my-upgrade
task: text-classification
target: {provider: hf-endpoint, model: distilbert/distilbert-base-uncased-finetuned-sst-2-english}
targets:  # the first is the baseline; a revision is a commit, never a branch
  baseline:
    url: "https://baseline.example/"
    revision: "714eb0fa89d2f80546fda750413ed43d93601a13"
  candidate:
    url: "https://candidate.example/"
    revision: "9f2c1d0e5b7a4c3f8e6d2b1a0c9f8e7d6c5b4a39"
checks:  # of every case
  - {check: label_in, labels: [POSITIVE, NEGATIVE]}
cases:
  - id: praise
    inputs: "I love the new features in this software"
    expect: POSITIVE
    tags: [short]
  - id: irony
    inputs: "Great, it crashed again"
    expect: NEGATIVE
    tags: [sarcasm]
  - id: negation
    inputs: "Not bad at all, I would buy it again"
    expect: POSITIVE
    tags: [negation]
# Many cases go into a file beside this one:
# dataset: {file: reviews.jsonl, inputs: "{{ text }}", expect: "{{ label }}", tags: ["{{ lang }}"]}
run: {warmup: 2, concurrency: 4}
gates:
  - {metric: regressions, max: 0}
  - {metric: faults, max: 0}
  - {metric: latency_p95, max_ratio: 1.25, min_effect_ms: 20, level: warn}
"""

WORKFLOW = """\
# Replays a recording on every pull request: no token, no network, seconds.
# Made with:  revgate run suite.yaml --record suite.recording.jsonl
name: revgate
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  compare:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install revgate
      - run: revgate check suite.yaml --format github
      # The exit code is the verdict: 0 pass, 1 fail, 10 inconclusive, 11 invalid.
      - run: revgate run suite.yaml --replay suite.recording.jsonl --out revgate-run
      - if: ${{ always() }}
        run: cat revgate-run/summary.md >> "$GITHUB_STEP_SUMMARY" || true
      - if: ${{ always() }}
        uses: actions/upload-artifact@v4
        with:
          name: revgate
          path: |
            revgate-run/*.html
            revgate-run/*.json
            revgate-run/*.xml
"""
