"""Convolution of many channels with few multiplications: short blocks through a Fourier transform.

A kernel of k over a block of N = m + k - 1 values gives m outputs by a product of spectra. For real values that takes
about 3 N / 2 real products (three for each complex one, Gauss) where the plain way takes k m, so with k = 7 and N = 40
there are 59 instead of 238. Each of these products is a whole matrix product over the channels, and the transforms in
front and behind are matrix products too. Rounding stays that of a Fourier transform, far below 1e-5.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

LONGEST_BLOCK = 64


class BlockConv(nn.Module):
    """Same-padded 1-D convolution (C_in, B, length) -> (C_out, B, length) with a fixed weight (C_out, C_in, k).

    Takes blocks through Fourier transforms where that saves work, else one plain matrix product; `products` says how
    many multiply-adds an item of the batch takes.
    """

    spectrum: Tensor
    forwards: Tensor
    backwards: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, length: int) -> None:
        super().__init__()
        c_out, c_in, size = weight.shape
        self.size, self.length, self.c_out = size, length, c_out
        plain = c_out * c_in * size * length
        # Small products run at a lower rate, so blocks must promise a clear gain.
        self.block, cost = min(((n, _cost(n, c_out, c_in, size, length)) for n in _blocks(size)), key=lambda b: b[1])
        self.plain = cost > 0.7 * plain
        self.products = plain if self.plain else cost
        self.register_buffer("bias", bias.detach().view(-1, 1, 1))
        if self.plain:
            self.register_buffer("spectrum", weight.detach().transpose(1, 2).flatten(1).contiguous())
            return
        forwards, kernel, backwards = transforms(self.block, size)
        spectrum = torch.einsum("pk,oik->poi", torch.tensor(kernel), weight.detach().double())
        self.register_buffer("spectrum", spectrum.to(weight.dtype).contiguous())
        self.register_buffer("forwards", torch.tensor(forwards, dtype=weight.dtype))
        self.register_buffer("backwards", torch.tensor(backwards.T.copy(), dtype=weight.dtype))

    def forward(self, x: Tensor) -> Tensor:
        channels, batch, length = x.shape
        pad = self.size // 2
        if self.plain:
            wide = F.pad(x, (pad, pad))
            shifted = torch.stack([wide[:, :, i : i + length] for i in range(self.size)])
            return (self.spectrum @ shifted.view(self.size * channels, -1)).view(-1, batch, length) + self.bias
        step = self.block - self.size + 1
        count = math.ceil(length / step)
        wide = F.pad(x, (pad, count * step - length + pad))
        blocks = wide.unfold(2, self.block, step).reshape(-1, self.block)
        seen = (self.forwards @ blocks.T).view(-1, channels, batch * count)
        products = torch.bmm(self.spectrum, seen)
        out = (products.flatten(1).T @ self.backwards).view(self.c_out, batch, count * step)
        return out[:, :, :length] + self.bias


def _blocks(size: int) -> range:
    return range(size + 1, LONGEST_BLOCK + 1)


def _cost(block: int, c_out: int, c_in: int, size: int, length: int) -> int:
    """Multiply-adds of the blocked convolution, transforms included."""
    step = block - size + 1
    products = _products(block)
    return math.ceil(length / step) * products * (c_in * block + c_out * c_in + c_out * step)


def _products(block: int) -> int:
    return 1 + (block % 2 == 0) + 3 * ((block - 1) // 2)


def transforms(block: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Matrices (P, block), (P, size) and (block - size + 1, P) so that

    backwards @ ((kernel @ w) * (forwards @ x))  =  sum_k w[k] x[l + k],  l = 0 .. block - size.
    """
    step = block - size + 1
    n, k, out = np.arange(block), np.arange(size), np.arange(step)
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for f in range(block // 2 + 1):
        turn = 2 * np.pi * f / block
        if f == 0 or 2 * f == block:
            rows.append((np.cos(turn * n), np.cos(turn * k), np.cos(turn * out) / block))
            continue
        # x: a + ib of exp(-i turn n); w, conjugated for a correlation: c + id of exp(+i turn k).
        a, b, c, d = np.cos(turn * n), -np.sin(turn * n), np.cos(turn * k), np.sin(turn * k)
        cos, sin = 2 / block * np.cos(turn * out), 2 / block * np.sin(turn * out)
        # Gauss: c (a + b), (d - c) a, (c + d) b; real = first - third, imaginary = first + second.
        rows += [(a + b, c, cos - sin), (a, d - c, -sin), (b, c + d, -cos)]
    forwards, kernel, backwards = (np.stack([row[i] for row in rows]) for i in range(3))
    return forwards, kernel, backwards.T
