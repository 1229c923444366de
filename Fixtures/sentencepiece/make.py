#!/usr/bin/env python3
"""Makes the models and golden files of this folder with the Python sentencepiece package.

    python make.py            # needs: pip install sentencepiece==0.2.3

The text is put together from the words below by a seeded generator, so nothing is downloaded.
"""
import json
import os
import random
from pathlib import Path

import sentencepiece as spm

HERE = Path(__file__).parent
EN = """the a small red green glass tile mosaic token picture codec reads writes every row of colours
and keeps its place in order quickly 12 3.5 2026 don't well-known URL https://example.org/a?b=c
naïve café Zürich fiancée I'm they're COLOUR GPU x86_64 snake_case CamelCase 100% C++ e.g.""".split()
ZH = """图像 标记 文字 一张 红色 玻璃 马赛克 每行 颜色 顺序 压缩 文件 读取 写入 你好 世界 这里 是 的 在 了 和
模型 词表 训练 数据 编码 解码 二〇二六年 北京 上海 猫 狗 山水 画 《红楼梦》 「引号」 繁體中文 龍 鬱""".split()
RU = """картинка токен строка красный зелёный стекло мозаика кодек читает пишет каждую и хранит порядок
ёлка подъезд съёмка ЭВМ город Санкт-Петербург""".split()
ODD = ["\u3000", "\u00a0", "\t", "  ", "   ", "\u200b", "\u200d", "\ufeff", "\u2581", "▁▁", "\u0301",
       "😀", "👩‍👩‍👧", "🇨🇳", "🧵🪡", "ﬁne", "Ａｂｃ１２", "㍿", "①②", "½", "ℌ", "가각", "각", "한국어",
       "ひらがな", "カタカナ", "ｶﾞ", "عربي", "שלום", "ไทย", "𠮷野家", "𝔘𝔫𝔦", "\u0007", "\u007f", "\ufffd",
       "<n>", "<s>", "</s>", "<unk>", "<pad>", "<|tab|>", "<0x41>", "<image_7>", "é", "é", "ß", "İ", "ﷺ"]
PUNCT = list(",.!?;:-—…()[]{}'\"/\\@#$%^&*+=~`|<>") + list("，。！？；：、（）【】“”‘’—·")


def line(rng):
    kind = rng.random()
    out = []
    for _ in range(rng.randint(1, 14)):
        r = rng.random()
        words = EN if kind < 0.35 else ZH if kind < 0.7 else RU if kind < 0.85 else rng.choice([EN, ZH, RU])
        if r < 0.80:
            out.append(rng.choice(words))
        elif r < 0.90:
            out.append(rng.choice(PUNCT) * rng.choice([1, 1, 1, 3]))
        else:
            out.append(rng.choice(ODD))
        out.append("" if words is ZH and rng.random() < 0.8 else rng.choice([" ", " ", " ", " ", "  ", ""]))
    return "".join(out).replace("\n", " ")


def main():
    # A model records the path it was written to; from here that is its bare name.
    os.chdir(HERE)
    rng = random.Random(8)
    corpus = [line(rng) for _ in range(4000)]
    lines = ["", " ", "   ", "a", "▁", "Hello World! I am icetk.", "你好世界！这里是 icetk。"]
    lines += [line(rng) for _ in range(600)]
    lines += ["".join(chr(rng.choice([rng.randint(32, 0x2FFF), rng.randint(0x3000, 0xD7FF),
                                     rng.randint(0xE000, 0x1FFFF)])) for _ in range(rng.randint(1, 20)))
              .replace("\n", " ").replace("\r", " ") for _ in range(150)]
    lines.append("word " * 400 + "字" * 400)
    common = dict(sentence_iterator=None, num_threads=16, minloglevel=2, pad_id=3)
    recipes = {
        "unigram": dict(model_type="unigram", vocab_size=1200, user_defined_symbols=["<n>"],
                        character_coverage=0.9995),
        "bpe": dict(model_type="bpe", vocab_size=1400, byte_fallback=True, user_defined_symbols=["<n>", "玻璃"],
                    normalization_rule_name="identity", remove_extra_whitespaces=False),
        "unigram-bytes": dict(model_type="unigram", vocab_size=1200, byte_fallback=True,
                              normalization_rule_name="identity", add_dummy_prefix=False),
    }
    golden = {"lines": lines, "models": {}}
    for name, recipe in recipes.items():
        spm.SentencePieceTrainer.train(**{**common, **recipe, "sentence_iterator": iter(corpus)},
                                       model_prefix=name, hard_vocab_limit=False)
        (HERE / f"{name}.vocab").unlink()
        model = spm.SentencePieceProcessor(model_file=str(HERE / f"{name}.model"))
        n = model.get_piece_size()
        soup = [[rng.randrange(n) for _ in range(rng.randint(0, 12))] for _ in range(300)]
        golden["models"][name] = {
            "ids": [model.encode(x) for x in lines],
            "pieces": [model.encode(x, out_type=str) for x in lines[:60]],
            "decoded": [model.decode(model.encode(x)) for x in lines],
            "soup": soup,
            "soupDecoded": [model.decode(x) for x in soup],
            "nbest": ([model.nbest_encode(x, nbest_size=5) for x in lines[5:20]]
                      if recipe["model_type"] == "unigram" else []),
            "marks": [model.unk_id(), model.bos_id(), model.eos_id(), model.pad_id()],
        }
    text = json.dumps(golden, ensure_ascii=False, separators=(",", ":"))
    (HERE / "golden.json").write_text(text)
    (HERE / "corpus.txt").write_text("\n".join(corpus[:1500]) + "\n")


main()
