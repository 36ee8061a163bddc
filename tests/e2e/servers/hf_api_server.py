"""Puts one published package behind `api_inference_community`: run by its environment's Python.

    python -P hf_api_server.py WORKER KIND FOLDER PORT [--front]

WORKER is the demonstration's script that knows how to load a package; FOLDER holds the package.
With `--front` every answer carries as `x-sha` a digest of the files that were imported: in
production the layer before this code states the commit, the code itself states nothing.
"""

import hashlib
import importlib
import os
import runpy
import sys
from pathlib import Path

os.environ["TASK"] = "text-classification"

import uvicorn
from api_inference_community.routes import pipeline_route, status_ok
from starlette.applications import Starlette
from starlette.routing import Route


class Pipeline:
    """What the package's own images call a pipeline: text in, ranking out."""

    def __init__(self, worker, kind, folder):
        name, load, self.shown = worker["KINDS"][kind]
        sys.path.insert(0, folder)
        self.rankings = worker["rankings"]
        self.module = importlib.import_module(name)
        self.rank = load(self.module)

    def __call__(self, inputs, **parameters):
        request = {"inputs": inputs, "parameters": parameters}
        return self.rankings(request, self.rank, self.shown)


def revision_of(module):
    """Give the sha256 of a list of digests, one line a file of the package that was imported."""
    package = Path(module.__file__).resolve().parent
    digests = {
        path.relative_to(package.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    listed = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    return hashlib.sha256(listed.encode()).hexdigest()


def stating(app, revision):
    """Give an application that answers as `app` does and says which revision it has."""

    async def front(scope, receive, send):
        async def stated(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-sha", revision.encode())]
            await send(message)

        await app(scope, receive, stated if scope["type"] == "http" else send)

    return front


if __name__ == "__main__":
    script, kind, folder, port, *front = sys.argv[1:]
    worker = runpy.run_path(script)
    pipeline = Pipeline(worker, kind, folder)
    routes = [Route("/", status_ok), Route("/{any:path}", pipeline_route, methods=["POST"])]
    app = Starlette(routes=routes)
    app.get_pipeline = lambda: pipeline
    if front:
        app = stating(app, revision_of(pipeline.module))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
