#!/usr/bin/env python3
"""Makes golden.json: what icetk 0.0.7, and ChatGLM's way of using it, make of the fixture's model.

    pip install sentencepiece==0.2.3 protobuf; pip download --no-deps icetk==0.0.7 && unzip icetk*.whl
    PYTHONPATH=<where icetk was unzipped> PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python python make.py

The text side of icetk is used as it is (its TextTokenizer, and the few lines of IceTokenizer that
add 20000); ChatGLM's additions are made to the model as its documentation describes them.
"""
import importlib.util
import json
import sys
import types
from pathlib import Path

import sentencepiece as spm

HERE = Path(__file__).parent
MODEL = HERE.parent / "sentencepiece" / "unigram.model"

# icetk's package imports torch; its text tokenizer does not need it.
spec = importlib.util.find_spec("icetk")
package = types.ModuleType("icetk")
package.__path__ = spec.submodule_search_locations
sys.modules["icetk"] = package
from sentencepiece import sentencepiece_model_pb2 as pb  # noqa: E402
sys.modules["icetk.sentencepiece_model_pb2"] = pb
from icetk.text_tokenizer import TextTokenizer  # noqa: E402

IMAGES = 20000
lines = [x for x in json.loads((MODEL.parent / "golden.json").read_text())["lines"] if len(x) < 400][:260]
lines += ["a\nb", "\n", "line one\nline two\n\n你好", "x<n>y", "<start_of_image>", "a photo 你好<start_of_image>",
          "\t   \t     \n \n", "def f(x):\n\tif x:\n\t\treturn  1   # " + " " * 200 + "end", " leading", "trailing  ",
          "[MASK] [gMASK]<sop>", "<|tab|>", "<|blank_7|>", "<unk>", "□☃", "红色 glass", "a\r\nb"]


def icetk(tokens, keep):
    return [[i + IMAGES for i in tokens.encode(x.replace("\n", "<n>") if keep else x)] for x in lines]


def section(tokens):
    folded, kept = icetk(tokens, False), icetk(tokens, True)
    return {"size": IMAGES + tokens.num_tokens, "folded": folded, "kept": kept,
            "decoded": [tokens.decode([i - IMAGES for i in x]).replace("<n>", "\n") for x in kept],
            "pieces": [tokens.tokenize(x) for x in lines]}


plain = TextTokenizer(str(MODEL))
golden = {"lines": lines, "plain": section(plain)}
special = TextTokenizer(str(MODEL))
special.add_special_tokens(["<start_of_image>", "<start_of_english>", "<start_of_chinese>"])
golden["special"] = section(special)
discouraged = TextTokenizer(str(MODEL))
discouraged.discourage_tokens(["▁glass", "红色"])
discouraged.discourage_ids(list(range(900, 1100)))
golden["discouraged"] = section(discouraged)

MARKS = ["[MASK]", "[gMASK]", "[sMASK]", "<unused_0>", "<sop>", "<eop>", "<ENC>", "<dBLOCK>"]
BLANKS = ["<|tab|>"] + [f"<|blank_{i}|>" for i in range(2, 81)]
proto = pb.ModelProto()
proto.ParseFromString(MODEL.read_bytes())
for texts, kind in ((MARKS, 3), (BLANKS, 4), ([f"<0x{i:02X}>" for i in range(256)], 6)):
    for text in texts:
        proto.pieces.append(pb.ModelProto.SentencePiece(piece=text, score=0.0, type=kind))
proto.trainer_spec.byte_fallback = True
sp = spm.SentencePieceProcessor(model_proto=proto.SerializeToString())


def prepare(text):
    text = text.replace("\n", "<n>").replace("\t", "<|tab|>")
    for i in range(80, 1, -1):
        text = text.replace(" " * i, f"<|blank_{i}|>")
    return text


def restore(text):
    text = text.replace("<n>", "\n").replace("<|tab|>", "\t")
    for i in range(2, 81):
        text = text.replace(f"<|blank_{i}|>", " " * i)
    return text


ids = [sp.encode(prepare(x)) for x in lines]
golden["chatglm"] = {
    "size": sp.get_piece_size(), "ids": ids,
    "bare": [sp.encode("<n>" + prepare(x))[2:] for x in lines],
    "decoded": [restore(sp.decode(x)) for x in ids],
}
(HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")))
