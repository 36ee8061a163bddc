"""lm-eval: a task of its own making, asked through its OpenAI-compatible completions model."""

import json

from benchmarks.contenders.pins import home_of, python_of, version_in
from benchmarks.loops.prompts import prompts
from benchmarks.work import Command, Contender, Order

NAME = "lm-eval"
_TASK = """\
task: benchmark_labels
dataset_path: json
dataset_kwargs: {{data_files: {{test: {rows}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{text}}}}"
doc_to_target: "{{{{label}}}}"
generation_kwargs: {{until: ["\\n\\n"], max_gen_toks: 8, do_sample: false}}
metric_list:
  - {{metric: exact_match, aggregation: mean, higher_is_better: true}}
metadata: {{version: 1}}
"""


def _command(order: Order) -> Command:
    folder, work = order.folder, order.work
    rows = folder / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for text in prompts(work.calls):
            file.write(json.dumps({"text": text, "label": "POSITIVE"}) + "\n")
    (folder / "tasks").mkdir()
    (folder / "tasks" / "labels.yaml").write_text(_TASK.format(rows=json.dumps(str(rows))))
    model = ["model=lab", f"base_url={order.origin}/v1/completions", "tokenizer_backend=None"]
    model += [f"num_concurrent={work.concurrency}", "max_retries=3", "tokenized_requests=False"]
    argv = [str(python_of(NAME)), "-m", "lm_eval", "run", "--model", "local-completions"]
    argv += ["--model_args", ",".join(model), "--include_path", "tasks"]
    argv += ["--tasks", "benchmark_labels", "--output_path", "out", "--log_samples"]
    argv += ["--batch_size", "1"]
    return Command(
        argv=tuple(argv),
        environment={
            "HF_HOME": str(folder / "cache"),
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
            "OPENAI_API_KEY": "none",
        },
    )


CONTENDER = Contender(
    name=NAME,
    version=lambda: version_in(home_of(NAME), "lm_eval"),
    command=_command,
    shown=lambda _: None,
    takes_tls=lambda: False,
)
