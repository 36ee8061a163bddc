"""Where a model's parts are loaded from, and how."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A commit's folder. Parts are loaded by path, so nothing can come from anywhere else."""

    folder: str
    task: str
    device: Any
    """A torch.device."""
    dtype: Any
    """A torch.dtype."""
    trust_remote_code: bool

    def model(self, kind: Any) -> Any:
        """Give the model in an auto class, ready to answer."""
        model = kind.from_pretrained(
            self.folder, dtype=self.dtype, trust_remote_code=self.trust_remote_code
        )
        return model.to(self.device).eval()

    def part(self, kind: Any) -> Any:
        """Give a tokenizer or a processor."""
        return kind.from_pretrained(self.folder, trust_remote_code=self.trust_remote_code)

    def moved(self, batch: Any) -> dict[str, Any]:
        """Give a batch of tensors where the model is, those of fractions in its type."""
        return {
            name: value.to(self.device, self.dtype)
            if value.is_floating_point()
            else value.to(self.device)
            for name, value in batch.items()
        }


Parts = dict[str, Any]
"""By what they are: `model`, `tokenizer`, `processor`; the model is always there."""
