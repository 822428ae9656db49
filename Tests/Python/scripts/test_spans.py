"""Spans come from the template, whatever it does. The oracle: each text occurs once, and is searched for."""

import pytest

from activations.extraction import tokenize
from activations.faults import Fault
from activations.spans import check_generation_prompt, keeps_system_messages, merge_consecutive, render, token_span

# Templates in the manner of families in use: what each does to messages, in few lines.
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TRIMMING = (
    "<|begin|>{% for m in messages %}<|{{ m['role'] }}|>\n\n{{ m['content'] | trim }}<|eot|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n\n{% endif %}"
)
ALTERNATING = (
    "<bos>{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
    "<turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n{{ m['content'] | trim }}<end>\n{% endfor %}"
    "{% if add_generation_prompt %}<turn>model\n{% endif %}"
)
DROPPING_SYSTEM = (
    "{% for m in messages %}{% if m['role'] != 'system' %}[{{ m['role'] }}] {{ m['content'] }} {% endif %}{% endfor %}"
)
# Thoughts only in the last answer, and an empty block there where there are none.
THINKING = (
    "{% for m in messages %}{% set said = m['content'].split('</think>')[-1].lstrip('\n') %}"
    "<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' and loop.last %}"
    "{% if '</think>' in m['content'] %}"
    "{% set thought = m['content'].split('</think>')[0].split('<think>')[-1].strip('\n') %}"
    "{% else %}{% set thought = '' %}{% endif %}<think>\n{{ thought }}\n</think>\n\n{% endif %}"
    "{{ said }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def chat(*turns: tuple[str, str]) -> list[dict]:
    return [{"role": role, "content": content} for role, content in turns]


SYSTEM = ("system", "Be a pirate.")
TALK = [
    ("user", "First question?"),
    ("assistant", "First answer!"),
    ("user", "Second question?"),
    ("assistant", "Second answer!"),
]


def texts(tokenizer, template: str, messages: list[dict], **how) -> list[str]:
    tokenizer.chat_template = template
    rendered = render(tokenizer, messages, {}, **how)
    return [rendered.text[first:last] for first, last in rendered.spans]


@pytest.mark.parametrize("template", [CHATML, TRIMMING, THINKING], ids=["chatml", "trimming", "thinking"])
@pytest.mark.parametrize("talk", [TALK, [SYSTEM, *TALK], TALK[:3] + TALK[2:], TALK[1:], TALK[:1] + TALK[:1] + TALK[1:]])
def test_each_span_is_the_messages_text(tokenizer, template, talk):
    """With a system message, without, with users' turns in a row, and with an assistant that begins."""
    assert texts(tokenizer, template, chat(*talk)) == [content for _, content in talk]


def test_spans_are_where_unique_texts_are_found(tokenizer):
    tokenizer.chat_template = CHATML
    rendered = render(tokenizer, chat(SYSTEM, *TALK), {})
    for (_, content), (first, _) in zip([SYSTEM, *TALK], rendered.spans):
        assert rendered.text.count(content) == 1 and first == rendered.text.index(content)


def test_texts_that_repeat_one_another_and_the_template_are_told_apart(tokenizer):
    talk = [
        ("user", "user"),
        ("assistant", "<|im_end|>\n"),
        ("user", "user"),
        ("assistant", "TEXTMARKER0Z"),
        ("user", "\n"),
    ]
    assert texts(tokenizer, CHATML, chat(*talk)) == [content for _, content in talk]


def test_white_space_that_a_template_trims_is_in_no_span(tokenizer):
    messages = chat(("user", "  a\n"), ("assistant", "\n\n b \n"))
    assert texts(tokenizer, TRIMMING, messages) == ["a", "b"]
    assert texts(tokenizer, CHATML, messages) == ["  a\n", "\n\n b \n"]


def test_thoughts_are_in_no_span(tokenizer):
    thought = "<think>\nShould I?\n</think>\n\nYes."
    for talk in ([*TALK[:3], ("assistant", thought)], [TALK[0], ("assistant", thought), *TALK[2:]]):
        wanted = [content.rpartition("\n\n")[2] if "think" in content else content for _, content in talk]
        for template in (THINKING, CHATML):
            assert texts(tokenizer, template, chat(*talk)) == wanted
    # One that the answer's tokens ran out in is no answer.
    for template in (CHATML, THINKING):
        assert texts(tokenizer, template, chat(TALK[0], ("assistant", "<think>\nShould I")))[1] == ""
    # Kept in the chat where the template keeps it: the answer was given after it.
    assert "Should I?" in render(tokenizer, chat(TALK[0], ("assistant", thought)), {}).text
    assert texts(tokenizer, THINKING, chat(TALK[0], ("assistant", "<think>\n\n</think>\n\nNo."))) == [
        "First question?",
        "No.",
    ]


def test_a_template_without_a_system_role_gets_it_before_the_first_question(tokenizer):
    for template in (ALTERNATING, DROPPING_SYSTEM):
        tokenizer.chat_template = template
        assert not keeps_system_messages(tokenizer, {})
        talk = [SYSTEM, *TALK]
        assert texts(tokenizer, template, chat(*talk), fold_system=True) == [content for _, content in talk]
    tokenizer.chat_template = CHATML
    assert keeps_system_messages(tokenizer, {})


def test_a_system_message_that_is_printed_only_until_the_answer_goes_into_the_question(tokenizer):
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m['role'] == 'user' %}[INST] "
        "{% if loop.last and messages[0]['role'] == 'system' %}"
        "{{ messages[0]['content'] }} {% endif %}{{ m['content'] }} [/INST]"
        "{% elif m['role'] == 'assistant' %} {{ m['content'] }}</s>{% endif %}{% endfor %}"
    )
    assert not keeps_system_messages(tokenizer, {})
    assert texts(tokenizer, tokenizer.chat_template, chat(SYSTEM, *TALK), fold_system=True) == [
        c for _, c in [SYSTEM, *TALK]
    ]


def test_users_turns_in_a_row_are_joined_where_a_template_wants_roles_to_alternate(tokenizer):
    talk = chat(TALK[0], TALK[2], TALK[1])
    tokenizer.chat_template = ALTERNATING
    with pytest.raises(Fault, match="--merge-consecutive"):
        render(tokenizer, talk, {})
    assert texts(tokenizer, ALTERNATING, merge_consecutive(talk)) == [
        "First question?\n\nSecond question?",
        "First answer!",
    ]


def test_a_template_without_a_generation_prompt_is_an_error_unless_it_needs_none(tokenizer):
    for template in (CHATML, TRIMMING, THINKING):
        tokenizer.chat_template = template
        check_generation_prompt(tokenizer, {})
    # What ends the user's turn begins the assistant's, as Mistral has it.
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]"
        "{% else %} {{ m['content'] }}</s>{% endif %}{% endfor %}"
    )
    check_generation_prompt(tokenizer, {})
    tokenizer.chat_template = CHATML.partition("{% if add")[0]
    with pytest.raises(Fault, match="no generation prompt"):
        check_generation_prompt(tokenizer, {})


def test_what_a_template_drops_or_changes_is_an_error(tokenizer):
    with pytest.raises(Fault, match="does not print message 0"):
        texts(tokenizer, DROPPING_SYSTEM, chat(SYSTEM, *TALK))
    with pytest.raises(Fault, match="changes the text of message 0"):
        texts(
            tokenizer,
            "{% for m in messages %}<{{ m['content'] | upper | replace('TEXTMARKER', 'TEXTMARKER') }}>{% endfor %}",
            chat(*TALK),
        )
    tokenizer.chat_template = None
    with pytest.raises(Fault, match="no chat template"):
        render(tokenizer, chat(*TALK), {})


def sentencepiece_like():
    """A tokenizer whose tokens take the space before them, as Llama 2's do."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(
        ["[INST] First question? [/INST] First answer! Second"] * 9,
        trainers.BpeTrainer(vocab_size=120, special_tokens=["<unk>"], show_progress=False),
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>")


def test_tokens_of_a_span_cover_its_text_and_nothing_of_the_template_but_white_space(tokenizer):
    for one, template in ((tokenizer, CHATML), (tokenizer, TRIMMING), (sentencepiece_like(), DROPPING_SYSTEM)):
        one.chat_template = template
        rendered = render(one, chat(*TALK), {})
        encoded = one(rendered.text, add_special_tokens=False, return_offsets_mapping=True)
        offsets = encoded["offset_mapping"]
        for (_, content), span in zip(TALK, rendered.spans):
            places = token_span(offsets, span)
            covered = rendered.text[offsets[places[0]][0] : offsets[places[-1]][1]]
            assert covered.strip() == content and places == list(range(places[0], places[-1] + 1))


def test_a_byte_level_tokenizer_splits_characters_and_loses_none(tokenizer):
    tokenizer.chat_template = CHATML
    rendered = render(tokenizer, chat(("user", "🏴‍☠️?"), ("assistant", "¡Ah, 海賊 🏴‍☠️!")), {})
    one = tokenize(tokenizer, "x", rendered, [1], 10_000)
    assert tokenizer.decode([one.ids[place] for place in one.spans[0]]) == "¡Ah, 海賊 🏴‍☠️!"


def test_a_cut_is_counted_and_an_empty_span_is_an_error(tokenizer):
    tokenizer.chat_template = CHATML
    rendered = render(tokenizer, chat(*TALK), {})
    whole = tokenize(tokenizer, "x", rendered, [1, 3], 10_000)
    assert whole.cut == 0
    first = whole.spans[1][0]
    cut = tokenize(tokenizer, "x", rendered, [1, 3], first + 1)
    assert (cut.cut, cut.spans, len(cut.ids)) == (1, [whole.spans[0], [first]], first + 1)
    with pytest.raises(Fault, match=f"x: message 3 begins at token {first}, beyond --max-length {first}"):
        tokenize(tokenizer, "x", rendered, [1, 3], first)
    with pytest.raises(Fault, match="message 1 has no tokens"):
        tokenize(tokenizer, "x", render(tokenizer, chat(TALK[0], ("assistant", "")), {}), [1], 100)
