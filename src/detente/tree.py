"""A parsed sentence as plain objects: spaCy's tokens, copied out once.

Reading looks at every token hundreds of times; an attribute of a plain object answers several times faster
than one that spaCy looks up in its tables, and nothing of spaCy has to be kept. The names are spaCy's.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Token:
    """A word of a sentence with its tag (Penn) and its place in the parse (ClearNLP labels)."""

    __slots__ = (
        "_below", "children", "dep_", "doc", "head", "i", "idx", "left_edge", "lefts", "lower_", "right_edge", "rights",
        "tag_", "text", "whitespace_",
    )  # fmt: skip

    doc: Tree
    head: Token
    left_edge: Token
    right_edge: Token
    lefts: list[Token]
    rights: list[Token]
    children: list[Token]

    def __init__(self, i: int, idx: int, text: str, tag: str, dep: str, whitespace: str) -> None:
        self.i, self.idx, self.text, self.tag_, self.dep_, self.whitespace_ = i, idx, text, tag, dep, whitespace
        self.lower_ = text.lower()
        self.lefts, self.rights = [], []
        self._below: tuple[Token, ...] = ()
        self.left_edge = self.right_edge = self

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def is_punct(self) -> bool:
        """Whether there is nothing but punctuation in it."""
        return all(unicodedata.category(c).startswith("P") for c in self.text)

    @property
    def subtree(self) -> tuple[Token, ...]:
        """The token and all that hangs below it, in order; gathered once."""
        if not self._below:
            self._below = tuple(self._gathered())
        return self._below

    def _gathered(self) -> list[Token]:
        found: list[Token] = []
        ahead = [(self, False)]  # with whether what hangs below is ahead too; no recursion, since trees can be deep
        while ahead:
            token, seen = ahead.pop()
            if seen or not token.children:
                found.append(token)
            else:
                ahead += [(t, False) for t in reversed(token.rights)]
                ahead.append((token, True))
                ahead += [(t, False) for t in reversed(token.lefts)]
        return found

    def is_ancestor(self, other: Token) -> bool:
        """Whether another token hangs below this one."""
        while other.head is not other:
            other = other.head
            if other is self:
                return True
        return False

    def nbor(self, step: int = 1) -> Token:
        """The token so many places further. Raises IndexError where the sentence ends."""
        if not 0 <= self.i + step < len(self.doc):
            raise IndexError(step)
        return self.doc[self.i + step]


class Tree(list[Token]):
    """The tokens of a parsed sentence, in order."""

    def __init__(self, doc: Doc, text: str) -> None:
        """`text` is what was parsed, or goes on after it."""
        strings = doc.vocab.strings
        facts = doc.to_array(["IDX", "LENGTH", "TAG", "DEP", "SPACY"]).tolist()
        text = text[: sum(facts[-1][place] for place in (0, 1, 4))] if facts else ""
        super().__init__(
            Token(i, idx, text[idx : idx + length], strings[tag], strings[dep], " " if space else "")
            for i, (idx, length, tag, dep, space) in enumerate(facts)
        )
        self.text: str = text
        self._hang(doc.to_array("HEAD").astype("int64").tolist())

    def _hang(self, offsets: list[int]) -> None:
        """Links each token to its head, which stands so many places further."""
        for token, offset in zip(self, offsets, strict=True):
            token.doc = self
            token.head = head = self[token.i + offset]
            if offset:
                (head.lefts if offset > 0 else head.rights).append(token)
        for token in self:
            token.children = token.lefts + token.rights
            over = token
            while over.head is not over:
                over = over.head
                if token.i < over.left_edge.i:
                    over.left_edge = token
                elif token.i > over.right_edge.i:
                    over.right_edge = token
                else:
                    break

    def words(self, first: int, last: int) -> str:
        """The text from one token to another, as it stands in the sentence."""
        return self.text[self[first].idx : self[last].idx + len(self[last])]
