"""Sampling answers, in batches whose seeds depend on what is asked and not on what ran before."""

import hashlib
import re
from dataclasses import dataclass

import torch
from transformers import GenerationConfig

from .model import BatchLimit

#: A thought that a template opens before the answer, as those of models that always think do.
_OPEN_THOUGHT = re.compile(r"<think>\s*\Z")


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn. Temperature 0 takes the likeliest token; `top_p` 1 leaves no token out."""

    temperature: float
    top_p: float
    max_new_tokens: int
    seed: int


@dataclass(frozen=True)
class Answer:
    text: str
    #: Whether the model ended it itself, within `max_new_tokens`.
    is_finished: bool


class Sampler:
    """Draws one answer to each rendered prompt."""

    def __init__(self, model, tokenizer, sampling: Sampling, longest: int):
        self.model, self.tokenizer, self.sampling, self.longest = model, tokenizer, sampling, longest
        self._limit = BatchLimit(1 << 30)
        ends = model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends if ends is not None else tokenizer.eos_token_id]
        self._ends = {end for end in ends if end is not None}
        # All that matters is set here: a checkpoint's own defaults would change the numbers unseen.
        self._configuration = GenerationConfig(
            do_sample=sampling.temperature > 0,
            temperature=sampling.temperature or 1.0,
            top_p=sampling.top_p,
            top_k=0,
            repetition_penalty=1.0,
            max_new_tokens=sampling.max_new_tokens,
            min_new_tokens=1,
            num_beams=1,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=sorted(self._ends) or None,
            bos_token_id=tokenizer.bos_token_id,
        )
        # Versions differ in which values of a configuration that is passed give way to the model's own.
        model.generation_config = self._configuration

    def answers(self, prompts: list[str], *purpose: object) -> list[Answer]:
        """Answers to a batch of prompts; the draw is of the seed and the `purpose`, and of the batch as a whole.

        A prompt that leaves no room for an answer gets an empty one, which is not finished.
        """
        encoded = [self.tokenizer(prompt, add_special_tokens=False)["input_ids"] for prompt in prompts]
        answers: dict[int, Answer] = {}
        # Those near the longest length get what room there is, each by itself: together all would get the least.
        fitting = [i for i, row in enumerate(encoded) if len(row) + self.sampling.max_new_tokens <= self.longest]
        for group in [fitting, *([index] for index in range(len(prompts)) if index not in fitting)]:

            def sample(part: list[int], first: int, group=group) -> list[Answer]:
                digest = hashlib.sha256(repr((self.sampling.seed, *purpose, group[:1], first)).encode()).digest()
                torch.manual_seed(int.from_bytes(digest[:7], "big"))
                return self._sample([encoded[index] for index in part])

            answers.update(zip(group, self._limit.run(group, sample)))
        openings = [_OPEN_THOUGHT.search(prompt) for prompt in prompts]
        # Where the template itself begins the thought, the answer's text would end one that never began.
        return [
            Answer(opening.group() + answers[index].text, answers[index].is_finished) if opening else answers[index]
            for index, opening in enumerate(openings)
        ]

    def _sample(self, encoded: list[list[int]]) -> list[Answer]:
        width = max(map(len, encoded))
        room = min(self.sampling.max_new_tokens, self.longest - width)
        if room < 1:
            return [Answer("", False)] * len(encoded)
        pad = self.tokenizer.pad_token_id or 0
        # On the left, whatever the tokenizer's own side: answers begin in the same column.
        ids = torch.tensor([[pad] * (width - len(row)) + row for row in encoded], device=self.model.device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in encoded], device=self.model.device)
        self._configuration.max_new_tokens = room
        with torch.inference_mode():
            output = self.model.generate(input_ids=ids, attention_mask=mask, generation_config=self._configuration)
        return [self._answer(row) for row in output[:, width:].tolist()]

    def _answer(self, row: list[int]) -> Answer:
        end = next((place for place, token in enumerate(row) if token in self._ends), None)
        text = self.tokenizer.decode(row[:end], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Answer(text.strip(), end is not None)
