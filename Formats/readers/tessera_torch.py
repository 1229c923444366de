"""Tessera token files as a PyTorch data set (needs torch; tessera_reader.py beside it).

    data = TokenDataset(["a.tessera", "b.tessera"], columns=["image", "caption_ids"])
    loader = DataLoader(data, batch_size=64, shuffle=True, num_workers=4, collate_fn=collate)

An item is a dictionary: grids are int64 tensors [height, width], `tokens` and `integers` int64 tensors,
text stays text. Files must come from the same codec. A worker opens the files itself, so that the data
set travels to workers as a list of paths.
"""
import bisect, itertools
import numpy as np
import torch
from torch.utils.data import Dataset
from tessera_reader import TokenFile, require


class TokenDataset(Dataset):
    def __init__(self, paths, columns=None):
        self.paths = [paths] if isinstance(paths, str) else list(paths)
        self.columns, self.files = columns, None
        files = self.opened()
        require(all(f.header["codec"] == files[0].header["codec"] for f in files), "files of different codecs")
        self.columns = columns or [c["name"] for c in files[0].header["columns"]]
        self.starts = [0, *itertools.accumulate(map(len, files))]

    def opened(self):
        if self.files is None:
            self.files = [TokenFile(path) for path in self.paths]
        return self.files

    def __getstate__(self):  # maps do not travel to other processes
        return dict(self.__dict__, files=None)

    def __len__(self):
        return self.starts[-1]

    def __getitem__(self, item):
        item = range(len(self))[item]
        number = bisect.bisect(self.starts, item) - 1
        row = self.opened()[number].row(item - self.starts[number], only=self.columns)
        return {name: tensor(row[name]) for name in self.columns}


def tensor(value):
    if isinstance(value, np.ndarray) or isinstance(value, list) and value and isinstance(value[0], int):
        return torch.as_tensor(np.asarray(value, np.int64))
    return value


def collate(items, padding=-1):
    """A batch: tensors of one shape are stacked, lists of another length are filled up with `padding`,
    everything else stays a list."""
    batch = {}
    for name in items[0]:
        values = [item[name] for item in items]
        if isinstance(values[0], torch.Tensor) and len({v.shape for v in values}) == 1:
            values = torch.stack(values)
        elif isinstance(values[0], torch.Tensor) and values[0].ndim == 1:
            values = torch.nn.utils.rnn.pad_sequence(values, batch_first=True, padding_value=padding)
        batch[name] = values
    return batch
