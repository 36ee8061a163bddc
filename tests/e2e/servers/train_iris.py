"""Makes a folder for MLServer with two releases of a classifier: run by its environment's Python.

    python train_iris.py FOLDER

Each release is kept under its own version: the sha256 of its file. Writes to stdout what the
releases predict for the flowers neither has seen: `{versions, rows, truth, predicted}`.
"""

import hashlib
import json
import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier


def keep(model, name, folder):
    """Store a release; gives its version."""
    place = folder / name
    place.mkdir(parents=True)
    joblib.dump(model, place / "model.joblib")
    version = hashlib.sha256((place / "model.joblib").read_bytes()).hexdigest()
    settings = {
        "name": "iris",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib", "version": version},
    }
    (place / "model-settings.json").write_text(json.dumps(settings))
    return version


def main():
    """Train, store, predict."""
    folder = Path(sys.argv[1])
    flowers, kinds = load_iris(return_X_y=True)
    # Flowers are sorted by kind: every second one is for training, few of them for the first.
    seen, unseen = slice(0, None, 2), slice(1, None, 2)
    models = {
        "before": DecisionTreeClassifier(max_depth=2, random_state=7).fit(
            flowers[seen][::3], kinds[seen][::3]
        ),
        "after": KNeighborsClassifier(3).fit(flowers[seen], kinds[seen]),
    }
    told = {
        "versions": {name: keep(model, name, folder / "models") for name, model in models.items()},
        "rows": flowers[unseen].tolist(),
        "truth": kinds[unseen].tolist(),
        "predicted": {n: model.predict(flowers[unseen]).tolist() for n, model in models.items()},
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
