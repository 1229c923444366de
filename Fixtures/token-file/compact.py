"""The context model of compact token columns, written to be read: Formats/token-file.md, section 6."""

KNOTS = [22, 25, 28, 32, 36, 41, 47, 53, 60, 68, 77, 87, 98, 111, 126, 143, 162, 184, 208, 236, 267,
         302, 342, 387, 439, 497, 562, 636, 720, 815, 922, 1042, 1179, 1333, 1506, 1701, 1921, 2168,
         2446, 2758, 3108, 3500, 3938, 4427, 4971, 5577, 6249, 6992, 7812, 8714, 9702, 10782, 11955,
         13226, 14595, 16062, 17625, 19282, 21025, 22849, 24743, 26695, 28693, 30723, 32768, 34813,
         36843, 38841, 40793, 42687, 44511, 46254, 47911, 49474, 50941, 52310, 53581, 54754, 55834,
         56822, 57724, 58544, 59287, 59959, 60565, 61109, 61598, 62036, 62428, 62778, 63090, 63368,
         63615, 63835, 64030, 64203, 64357, 64494, 64614, 64721, 64816, 64900, 64974, 65039, 65097,
         65149, 65194, 65234, 65269, 65300, 65328, 65352, 65374, 65393, 65410, 65425, 65438, 65449,
         65459, 65468, 65476, 65483, 65489, 65495, 65500, 65504, 65508, 65511, 65514]
TRUST = [0, 128, 180, 205, 220, 230, 236, 240, 244, 247, 250, 252, 254, 256, 256]
RATE = [32768, 21845, 16384, 13107, 10923, 9362, 8192, 7282, 6554, 5958, 5461, 5041, 4681, 4369, 4096]
KIND = [0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]
M32 = 0xFFFFFFFF

SQUASH = [(KNOTS[i // 32] * (32 - i % 32) + KNOTS[i // 32 + 1] * (i % 32) + 16) // 32 for i in range(4096)]
STRETCH = []
_d = 1
for _p in range(4096):
    while _d < 4095 and SQUASH[_d] < 16 * _p + 8:
        _d += 1
    STRETCH.append(_d - 2048)


def context(number, x, y):
    h = (number + 1) * 0x9E3779B1 & M32
    h = (h + x) * 0x85EBCA77 & M32
    h ^= h >> 15
    h = (h + y) * 0xC2B2AE3D & M32
    return h ^ h >> 13


def line(context, path):
    h = (context + path * 0x9E3779B1) & M32
    h ^= h >> 15
    h = h * 0x85EBCA77 & M32
    return (h ^ h >> 13) >> 17


class Encoder:
    def __init__(self):
        self.low, self.high, self.out = 0, M32, bytearray()

    def bit(self, bit, p):
        middle = self.low + ((self.high - self.low) * p >> 16)
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while (self.low ^ self.high) < 1 << 24:
            self.out.append(self.high >> 24)
            self.low, self.high = self.low << 8 & M32, (self.high << 8 | 255) & M32
        return bit

    def finish(self):
        return bytes(self.out) + self.low.to_bytes(4, "big")


class Model:
    def __init__(self, bits):
        self.bits, self.counters = bits, {}
        self.weights = [[[19660] * 5 for _ in range(4)] for _ in range(bits)]

    def label(self, coder, contexts, label):
        path, node = 1, 1
        for b in range(self.bits):
            if b == 0 or (b >= 5 and (b - 5) % 4 == 0):
                lines = [line(c, path) & (~0 if b else ~1) for c in contexts]
                node = 1
            places = [(j, lines[j] * 16 + node) for j in range(4)]
            counters = [self.counters.get(place, (2048, 0)) for place in places]
            x = [STRETCH[p] * TRUST[n] >> 8 for p, n in counters] + [64]
            w = self.weights[b][KIND[counters[3][1]]]
            logit = max(-2047, min(2047, sum(a * b >> 16 for a, b in zip(w, x))))
            p = SQUASH[logit + 2048]
            bit = coder.bit(label >> (self.bits - 1 - b) & 1, p)
            error = ((bit << 16) - p) >> 4
            for j in range(5):
                w[j] = max(-524288, min(524287, w[j] + (x[j] * error + 512 >> 10)))
            for place, (q, n) in zip(places, counters):
                q += ((4095 * bit - q) * RATE[n] + 32768) >> 16
                self.counters[place] = (q, min(n + 1, 14))
            path, node = path << 1 | bit, node << 1 | bit


def encode(grids, labels, bits):
    """The bytes of the grids (lists of rows of codes); `labels` maps codes to labels."""
    coder, model, none, coarse = Encoder(), Model(bits), 1 << bits, max(0, bits - 6)
    for grid in grids:
        for y, row in enumerate(grid):
            for x, code in enumerate(row):
                left = labels[row[x - 1]] if x else none
                above = labels[grid[y - 1][x]] if y else none
                contexts = [context(0, 0, 0), context(1, left >> coarse, above >> coarse),
                            context(2, left, 0), context(3, above, 0)]
                model.label(coder, contexts, labels[code])
    return coder.finish()
