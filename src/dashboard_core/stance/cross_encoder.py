"""The small encoder as a trainable network (torch), its layers read from the packaged int8 file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

__all__ = ["CrossEncoder", "dequantise"]

WIDTH, HEADS, LAYERS, INNER, VOCABULARY = 384, 12, 12, 1536, 30522


class FastDropout(nn.Module):  # type: ignore[misc, unused-ignore]
    """Dropout by a random window of a prepared mask; drawing one anew costs a tenth of a step on CPU."""

    buffer: torch.Tensor | None = None

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.share == 0:
            return x
        if FastDropout.buffer is None:
            FastDropout.buffer = ((torch.rand(1 << 24) >= self.share).float() / (1 - self.share)).bfloat16()
        start = int(torch.randint(0, FastDropout.buffer.numel() - x.numel(), ()))
        return x * FastDropout.buffer[start : start + x.numel()].view(x.shape).to(x.dtype)


class Layer(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = FastDropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        n, t, _ = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        # Written out: the fused kernel's backward pass takes four times as long on CPU at these lengths.
        weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) * (WIDTH // HEADS) ** -0.5 + mask, -1)
        y = torch.matmul(weights, v).transpose(1, 2).reshape(n, t, WIDTH)
        x = self.norm1(x + self.drop(self.out(y)))
        x = self.norm2(x + self.drop(self.outer(F.gelu(self.inner(x)))))
        return x


class CrossEncoder(nn.Module):  # type: ignore[misc, unused-ignore]
    """Reads ``target [SEP] passage``; pools first token, passage and target; one linear layer per question.

    Output columns: opposed, cautious, supportive (logits), takes a position (logit).
    """

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.place = nn.Embedding(512, WIDTH)
        self.segment = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList([Layer(dropout) for _ in range(LAYERS)])
        self.drop = FastDropout(dropout)
        self.head = nn.Linear(3 * WIDTH, 4)

    def hidden(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.norm(self.word(input_ids) + self.place(places)[None] + self.segment(token_type_ids))
        x = self.drop(x)
        kind = x.dtype
        mask = ((1.0 - attention_mask.to(kind)) * -30000.0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def pool(
        self, x: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return first token, mean over the passage and mean over the target, side by side."""
        passage = (token_type_ids * attention_mask).to(x.dtype)
        target = ((1 - token_type_ids) * attention_mask).to(x.dtype)
        means = [part / part.sum(1, keepdim=True).clamp(min=1) for part in (passage, target)]
        return torch.cat([x[:, 0], torch.bmm(torch.stack(means, 1), x).flatten(1)], 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        x = self.hidden(input_ids, attention_mask, token_type_ids)
        out: torch.Tensor = self.head(self.drop(self.pool(x, attention_mask, token_type_ids)))
        return out

    @classmethod
    def from_int8(cls, path: Path, dropout: float = 0.1) -> CrossEncoder:
        """Build the network from the packaged int8 encoder; its two new outputs start at random."""
        state = dequantise(path)
        model = cls(dropout)
        mine: dict[str, torch.Tensor] = {
            "word.weight": state["embeddings.word_embeddings.weight"],
            "place.weight": state["embeddings.position_embeddings.weight"],
            "segment.weight": state["embeddings.token_type_embeddings.weight"],
            "norm.weight": state["embeddings.LayerNorm.weight"],
            "norm.bias": state["embeddings.LayerNorm.bias"],
        }
        for i in range(LAYERS):
            old = f"encoder.layer.{i}."
            for part in ("weight", "bias"):
                parts = [state[f"{old}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
                mine[f"layers.{i}.qkv.{part}"] = torch.cat(parts)
                for new, name in (
                    ("out", "attention.output.dense"),
                    ("norm1", "attention.output.LayerNorm"),
                    ("inner", "intermediate.dense"),
                    ("outer", "output.dense"),
                    ("norm2", "output.LayerNorm"),
                ):
                    mine[f"layers.{i}.{new}.{part}"] = state[f"{old}{name}.{part}"]
        left = model.load_state_dict(mine, strict=False)
        if left.unexpected_keys or set(left.missing_keys) != {"head.weight", "head.bias"}:
            raise ValueError(f"the encoder file does not fit: {left}")
        nn.init.normal_(model.head.weight, std=0.02)
        return model


def dequantise(onnx_path: Path) -> dict[str, torch.Tensor]:
    """Turn packaged int8 weights back into floats, keyed as in a BERT state dict: (weight - zero) x scale."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(onnx_path)).graph
    values: dict[str, Any] = {t.name: numpy_helper.to_array(t) for t in graph.initializer}

    def floats(name: str) -> Any:
        base = name.removesuffix("_quantized")
        return (values[name].astype(np.float32) - values[base + "_zero_point"].astype(np.float32)) * values[
            base + "_scale"
        ]

    state = {
        name: torch.tensor(value)
        for name, value in values.items()
        if name.startswith(("embeddings.", "encoder."))
        and value.dtype == np.float32
        and not name.endswith("_scale")
    }
    for name in values:
        if name.startswith("embeddings.") and name.endswith("_quantized"):
            state[name.removesuffix("_quantized")] = torch.tensor(floats(name))
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            key = node.name.strip("/").removesuffix("/MatMul_quant").replace("/", ".") + ".weight"
            state[key] = torch.tensor(np.ascontiguousarray(floats(node.input[1]).T))
    return state
