"""persona predict where the same messages of the user occur in several conversations."""

import json

import numpy as np
import pytest
import safetensors.numpy
from test_predict import number, predict


@pytest.mark.parametrize("renamed", [False, True])
def test_the_same_messages_under_two_conditions_predict_nothing(predict, tmp_path, renamed):
    """Positions that go by the conversation alone, and noise for messages, which are said again under another condition: in a
    conversation of the same name, or of another."""
    generator = np.random.default_rng(11)
    (tmp_path / "dump" / "transcripts").mkdir(parents=True)
    (tmp_path / "dump" / "embeddings").mkdir()
    (tmp_path / "dump" / "manifest.json").write_text(json.dumps({"layers": [4]}))
    lines = ["conversation,domain,condition,sample,turn,speaker,layer,tokens,axis_projection,axis_position,axis_distance"]
    lines[0] += ",off_axis_distance,cosine"
    for c in range(24):
        embeddings, level = generator.normal(size=(6, 1, 64)), generator.normal()
        for condition in ("plain", "persona"):
            name = f"talk-{c}-{condition}" if renamed else f"talk-{c}"
            for t in range(6):
                position = level + 0.3 * generator.normal()
                lines.append(f"{name},coding,{condition},0,{t},assistant,4,7,,{position},,,")
            messages = [{"role": role, "content": "word"} for _ in range(6) for role in ("user", "assistant")]
            content = {"conversation": messages, "domain": "coding", "condition": condition, "sample": 0}
            content["conversation_id"] = name
            (tmp_path / "dump" / "transcripts" / f"{c}-{condition}.json").write_text(json.dumps(content))
            path = tmp_path / "dump" / "embeddings" / f"{c}-{condition}.safetensors"
            safetensors.numpy.save_file({"embeddings": embeddings}, path)
    (tmp_path / "turns.csv").write_text("\n".join(lines) + "\n")
    said = "144 messages of the user, told by embedding, occur in more than one conversation" if renamed else ""
    table = predict("--bootstrap", 200, says=said)
    row = table["level", "embeddings"]
    assert number(row["r2"]) < 0.05 and number(row["r2_low"]) <= 0
    assert int(row["conversations"]) == (48 if renamed else 24)
