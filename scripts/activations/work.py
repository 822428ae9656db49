"""What every part of a dump is made with: the model, how it is asked, and where the results go."""

import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from .capping import Capping
from .extraction import Extractor
from .folder import DumpFolder
from .generation import Answer, Sampler
from .spans import Rendered, folded, merge_consecutive, render, render_text


@dataclass
class Work:
    folder: DumpFolder
    tokenizer: object
    extractor: Extractor
    sampler: Sampler
    #: What is handed to the chat template beside the messages.
    template_options: dict
    #: Whether system messages go into the first user message, as the template knows none.
    folds_system: bool
    merges_consecutive: bool
    #: The most tokens of a chat.
    longest: int
    capping: Capping | None
    #: Patterns of the names of conversations dumped token by token.
    tokens_of: list[str]
    #: Patterns of the names of conversations whose users' messages are dumped, too.
    embeddings_of: list[str]
    progress: object
    #: How many answers were drawn in this run, and how many of them were cut.
    drawn: Counter = field(default_factory=Counter)

    def prepared(self, messages: list[dict]) -> list[dict]:
        return merge_consecutive(messages) if self.merges_consecutive else messages

    def prompt(self, messages: list[dict]) -> str:
        """The chat as the model reads it before it answers."""
        messages = self.prepared(messages)
        if self.folds_system:
            messages = folded(messages)
        return render_text(self.tokenizer, messages, self.template_options, answering=True)

    def rendered(self, messages: list[dict]) -> Rendered:
        """The chat with its answers, and where each message's text is in it."""
        return render(self.tokenizer, messages, self.template_options, fold_system=self.folds_system)

    def capped(self) -> AbstractContextManager:
        """Capping, while it lasts, if it was asked for."""
        if self.capping is None:
            return nullcontext()
        return self.capping.applied(self.extractor.blocks)

    def skip(self, count: int) -> None:
        """Counts what an earlier run did as done, and not toward the rate of this one."""
        if not self.progress.disable:
            self.progress.initial += count
            self.progress.update(count)

    def note_cut(self, answers: list[Answer]) -> None:
        """Says, once and early, that most answers reach the most tokens that they may have."""
        self.drawn.update(all=len(answers), cut=sum(not answer.is_finished for answer in answers))
        if self.drawn["said"] or self.drawn["all"] < 8 or self.drawn["cut"] * 2 < self.drawn["all"]:
            return
        self.drawn["said"] = 1
        if not self.progress.disable:
            print(
                f"\nwarning: {self.drawn['cut']} of the first {self.drawn['all']} answers were cut at --max-new-tokens "
                f"{self.sampler.sampling.max_new_tokens}: stop, and give more, unless beginnings are wanted",
                file=sys.stderr,
            )

    def advance(self, count: int, name: str) -> None:
        self.progress.set_postfix_str(name, refresh=False)
        self.progress.update(count)
