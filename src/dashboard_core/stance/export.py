"""From a trained network to the one packaged weights file: ONNX, int8, per channel (needs ``train``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from dashboard_core.stance.cross_encoder import WIDTH, CrossEncoder

__all__ = ["export_encoder", "mean_weights"]


class _Served(nn.Module):  # type: ignore[misc, unused-ignore]
    """The network with the outputs that are served: logits, and what each passage token adds to them."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.model.hidden(input_ids, attention_mask, token_type_ids)
        pooled = self.model.pool(x, attention_mask, token_type_ids)
        passage = (token_type_ids * attention_mask).to(x.dtype)
        passage = passage / passage.sum(1, keepdim=True).clamp(min=1)
        shares = torch.matmul(x, self.model.head.weight[:, WIDTH : 2 * WIDTH].t()) * passage.unsqueeze(-1)
        return self.model.head(pooled), shares


class _Smooth(nn.Module):  # type: ignore[misc, unused-ignore]
    """A linear layer whose input is divided, and whose weights multiplied, channel by channel.

    Dynamic int8 gives all channels of an input one step size; a few loud channels then round the others
    away. Moving their loudness into the weights, which have a step size per row, cuts the loss sixfold.

    References
    ----------
    Xiao et al. (2023), SmoothQuant: Accurate and Efficient Post-Training Quantization for LLMs.
    """

    def __init__(self, layer: nn.Linear, loudest: torch.Tensor, share: float = 0.7) -> None:
        super().__init__()
        weight = layer.weight.detach()
        scale = loudest.clamp(min=1e-4) ** share / weight.abs().amax(0).clamp(min=1e-4) ** (1 - share)
        scale = scale / scale.median()
        self.inverse = nn.Parameter(1 / scale)
        self.layer = nn.Linear(layer.in_features, layer.out_features)
        self.layer.weight = nn.Parameter(weight * scale)
        self.layer.bias = layer.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layer(x * self.inverse)
        return out


def _smooth(model: CrossEncoder, batches: Iterable[dict[str, torch.Tensor]]) -> None:
    """Replace the big linear layers by smoothed ones; ``batches`` show which channels are loud."""
    loudest: dict[tuple[int, str], torch.Tensor] = {}
    names = ("qkv", "out", "inner", "outer")
    hooks = []
    for i, layer in enumerate(model.layers):
        for name in names:

            def listen(_: Any, given: tuple[torch.Tensor, ...], key: tuple[int, str] = (i, name)) -> None:
                top = given[0].detach().abs().amax((0, 1))
                loudest[key] = torch.maximum(loudest.get(key, top), top)

            hooks.append(getattr(layer, name).register_forward_pre_hook(listen))
    with torch.no_grad():
        for batch in batches:
            model(**batch)
    for hook in hooks:
        hook.remove()
    for i, layer in enumerate(model.layers):
        for name in names:
            setattr(layer, name, _Smooth(getattr(layer, name), loudest[i, name]))


def mean_weights(paths: Iterable[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of checkpoints that started from the same weights."""
    states = [torch.load(path, weights_only=True) for path in paths]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def export_encoder(
    state: dict[str, torch.Tensor],
    tokenizer: Path,
    seen_texts: Iterable[str],
    folder: Path,
    shown: Iterable[dict[str, torch.Tensor]] = (),
) -> Path:
    """Write ``encoder.onnx`` (int8), ``tokenizer.json`` and ``encoder.json`` to a folder; return the first.

    ``seen_texts`` are the repo's training texts that the encoder was tuned on: only their hashes are kept,
    so that the decision is never calibrated on them. ``shown`` are a few batches of ordinary passages, by
    which the layers are smoothed before rounding.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    model = CrossEncoder(0.0)
    model.load_state_dict(state)
    model.eval()
    examples = list(shown)
    if examples:
        _smooth(model, examples)
    ids = torch.randint(1000, 2000, (2, 24))
    mask = torch.ones_like(ids)
    mask[1, 18:] = 0
    kinds = torch.zeros_like(ids)
    kinds[:, 6:] = 1
    kinds = kinds * mask
    names = ["input_ids", "attention_mask", "token_type_ids"]
    plain, ready, final = folder / "encoder.fp32.onnx", folder / "encoder.ready.onnx", folder / "encoder.onnx"
    axes: dict[str, Any] = {n: {0: "pairs", 1: "tokens"} for n in [*names, "shares"]}
    torch.onnx.export(
        _Served(model),
        (ids, mask, kinds),
        str(plain),
        input_names=names,
        output_names=["logits", "shares"],
        dynamic_axes={**axes, "logits": {0: "pairs"}},
        opset_version=17,
        dynamo=False,
    )
    source = _fused(plain, ready)
    # The head stays float: it is 5,000 numbers, and its rounding would go straight into the logits.
    graph = onnx.load(str(source)).graph
    narrow = {t.name for t in graph.initializer if 4 in t.dims}
    heads = [n.name for n in graph.node if n.op_type in {"Gemm", "MatMul"} and narrow & set(n.input)]
    quantize_dynamic(
        str(source),
        str(final),
        per_channel=True,
        reduce_range=False,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=heads,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    plain.unlink()
    ready.unlink(missing_ok=True)
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    seen = sorted({hashlib.sha256(text.encode("utf-8")).hexdigest()[:8] for text in seen_texts})
    (folder / "encoder.json").write_text(json.dumps({"seen": seen}) + "\n", encoding="utf-8")
    return final


def _fused(plain: Path, ready: Path) -> Path:
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    # onnxruntime's joined kernel for these takes five times as long on a processor as the two steps apart.
    options.enable_skip_layer_norm = False
    options.enable_bias_skip_layer_norm = False
    fused = optimizer.optimize_model(
        str(plain), model_type="bert", num_heads=12, hidden_size=WIDTH, optimization_options=options
    )
    fused.save_model_to_file(str(ready))
    return ready
