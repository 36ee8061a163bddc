"""Reads what a target costs: written on it, or in a dated price file beside the suite."""

from collections.abc import Mapping
from pathlib import Path as FilePath

from harness.data.noun import Noun
from harness.data.suite import Price
from harness.jsonvalue import Json
from harness.suitefile.keys.target import PriceFileModel, PriceFileUse, PriceModel
from harness.suitefile.keys.translate import validated
from harness.suitefile.paths import PathError, inside
from harness.suitefile.problems.leaks import find_leaks
from harness.suitefile.problems.problem import SuiteError
from harness.suitefile.problems.suggest import did_you_mean
from harness.suitefile.targets.merged import Merged
from harness.suitefile.tree.document import compose
from harness.suitefile.tree.misread import refuse_misread, refuse_unfit
from harness.suitefile.tree.node import Path, plain
from harness.suitefile.tree.review import Review
from harness.suitefile.tree.source import as_source, read_bytes


class _PriceFile(Noun, frozen=True, kw_only=True):
    as_of: str
    models: Mapping[str, PriceModel]


class PriceReader:
    """Reads the prices of one suite's targets, every price file once."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._files: dict[str, _PriceFile | None] = {}

    def read(self, target: Merged, provider: str | None, model: str | None) -> Price | None:
        """Give a target's price, None when it has none or something is wrong with it."""
        written, path = target.get("price"), target.path("price")
        if not isinstance(written, dict):
            return None  # its type is said elsewhere
        if "file" not in written:
            found = _priced(self._review, written, path)
            return _as_price(found, "") if found is not None else None
        use = validated(self._review, PriceFileUse, written, path, "a price from a file")
        if use is None or provider is None or model is None:
            return None
        if use.file not in self._files:
            self._files[use.file] = self._open(use.file, (*path, "file"))
        prices = self._files[use.file]
        return self._look_up(prices, provider, model, path) if prices is not None else None

    def _look_up(self, prices: _PriceFile, provider: str, model: str, path: Path) -> Price | None:
        for name in (f"{provider}/{model}", model):
            if name in prices.models:
                return _as_price(prices.models[name], prices.as_of)
        message = f"the price file has no '{model[:80]}' of provider '{provider[:80]}'"
        near = did_you_mean(model, prices.models, "it has")
        advice = f"add '{provider}/{model}' or '{model}' to it; {near}"
        self._review.value((*path, "file"), "E132", message, advice)
        return None

    def _open(self, file: str, path: Path) -> _PriceFile | None:
        """Give what a price file says; what is wrong is reported in that file."""
        folder = FilePath(self._review.source.file).parent
        try:
            inside(folder, file)
            shown = str(folder / file)
            source = as_source(read_bytes(folder / file), shown, self._review.source.known)
        except PathError as error:
            self._review.value(path, error.code, str(error))
            return None
        except SuiteError as error:
            self._review.extend(error.problems)
            return None
        review = Review(source)
        found = _file_of(review)
        self._review.extend(review.problems)
        return found if not review.problems else None


def _file_of(review: Review) -> _PriceFile | None:
    for number, line in enumerate(review.source.lines, start=1):
        for leak in find_leaks(line, review.source.known):
            advice = "remove it, and revoke it: credentials are read from the environment"
            width = leak.end - leak.start
            review.at(number, leak.start + 1, "E116", "looks like a credential", advice, width)
    review.root = compose(review)
    if review.root is None:
        if not review.problems:
            review.at(1, 1, "E110", "the price file is empty; needs 'as_of' and 'models'")
        return None
    data = plain(review.root)
    unfit = refuse_misread(review, review.root)
    model = validated(review, PriceFileModel, data, (), "the price file")
    models: dict[str, PriceModel] = {}
    written = data.get("models") if isinstance(data, dict) else None
    for name, entry in written.items() if isinstance(written, dict) else ():
        found = _priced(review, entry, ("models", name))
        if found is not None:
            models[name] = found
    refuse_unfit(review, unfit)
    return _PriceFile(as_of=model.as_of, models=models) if model is not None else None


def _priced(review: Review, written: Json, path: Path) -> PriceModel | None:
    model = validated(review, PriceModel, written, path, "a price")
    if model is not None and not model.model_fields_set - {"as_of"}:
        advice = "add `per_call:`, `per_million_input_tokens:`, ...; `per_call: 0` says it is free"
        review.value(path, "E123", "the price names nothing that is charged for", advice)
        return None
    return model


def _as_price(model: PriceModel, as_of: str) -> Price:
    return Price(**{**model.model_dump(), "as_of": model.as_of or as_of})
