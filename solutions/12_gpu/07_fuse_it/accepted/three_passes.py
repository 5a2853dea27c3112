# Small blocks, and as many passes as there are questions: maximum, sum, result; mean, variance, result.

import os

os.environ.setdefault("TRITON_INTERPRET", "1")  # read when triton is imported; set to 0 it compiles for your GPU

import torch
import triton
import triton.language as tl

BLOCK = 256  # columns that a program of the first two kernels holds at a time


@triton.jit
def bias_gelu_kernel(x, bias, out, columns, x_stride, out_stride, BLOCK: tl.constexpr):
    """Task a. Program (i, j) makes columns j * BLOCK to (j + 1) * BLOCK of row i, as far as there are so many."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = column < columns
    value = tl.load(x + row * x_stride + column, mask=inside).to(tl.float32)
    value += tl.load(bias + column, mask=inside).to(tl.float32)
    result = 0.5 * value * (1 + tl.erf(value * 0.7071067811865476))
    tl.store(out + row * out_stride + column, result, mask=inside)


@triton.jit
def softmax_kernel(x, out, columns, x_stride, out_stride, BLOCK: tl.constexpr):
    """Task b. Program i makes row i. A row may be longer than BLOCK, and shorter."""
    row = tl.program_id(0).to(tl.int64)
    highest = -float("inf")
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        value = tl.load(x + row * x_stride + column, mask=column < columns, other=-float("inf")).to(tl.float32)
        highest = tl.maximum(highest, tl.max(value, axis=0))
    total = 0.0
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        value = tl.load(x + row * x_stride + column, mask=column < columns, other=-float("inf")).to(tl.float32)
        total += tl.sum(tl.exp(value - highest), axis=0)
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        value = tl.load(x + row * x_stride + column, mask=column < columns, other=-float("inf")).to(tl.float32)
        tl.store(out + row * out_stride + column, tl.exp(value - highest) / total, mask=column < columns)


@triton.jit
def layer_norm_kernel(
    x, residual, gamma, beta, out, mean, rstd, columns, x_stride, residual_stride, out_stride, eps, BLOCK: tl.constexpr
):
    """Task c. Program i makes row i of `out`, mean[i] and rstd[i]."""
    row = tl.program_id(0).to(tl.int64)
    total = 0.0
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        inside = column < columns
        h = tl.load(x + row * x_stride + column, mask=inside, other=0.0).to(tl.float32)
        h += tl.load(residual + row * residual_stride + column, mask=inside, other=0.0).to(tl.float32)
        total += tl.sum(h, axis=0)
    centre = total / columns
    squares = tl.zeros([BLOCK], dtype=tl.float32)
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        inside = column < columns
        h = tl.load(x + row * x_stride + column, mask=inside, other=0.0).to(tl.float32)
        h += tl.load(residual + row * residual_stride + column, mask=inside, other=0.0).to(tl.float32)
        gap = tl.where(inside, h - centre, 0.0)
        squares += gap * gap
    scale = tl.rsqrt(tl.sum(squares, axis=0) / columns + eps)
    for start in range(0, columns, BLOCK):
        column = start + tl.arange(0, BLOCK)
        inside = column < columns
        h = tl.load(x + row * x_stride + column, mask=inside, other=0.0).to(tl.float32)
        h += tl.load(residual + row * residual_stride + column, mask=inside, other=0.0).to(tl.float32)
        weight = tl.load(gamma + column, mask=inside).to(tl.float32)
        shift = tl.load(beta + column, mask=inside).to(tl.float32)
        tl.store(out + row * out_stride + column, (h - centre) * scale * weight + shift, mask=inside)
    tl.store(mean + row, centre)
    tl.store(rstd + row, scale)


def bias_gelu(x: torch.Tensor, bias: torch.Tensor, out: torch.Tensor) -> None:
    """out = GELU(x + bias), with GELU(v) = v/2 (1 + erf(v/√2)). Matrices (rows, columns); bias (columns,)."""
    rows, columns = x.shape
    grid = (rows, triton.cdiv(columns, BLOCK))
    bias_gelu_kernel[grid](x, bias, out, columns, x.stride(0), out.stride(0), BLOCK=BLOCK)


def softmax(x: torch.Tensor, out: torch.Tensor) -> None:
    """out = the softmax of each row of x; both of shape (rows, columns)."""
    rows, columns = x.shape
    softmax_kernel[(rows,)](x, out, columns, x.stride(0), out.stride(0), BLOCK=BLOCK)


def layer_norm(
    x: torch.Tensor,
    residual: torch.Tensor,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    out: torch.Tensor,
    mean: torch.Tensor,
    rstd: torch.Tensor,
    eps: float = 1e-5,
) -> None:
    """With h = x + residual: mean = a row's mean of h, rstd = 1/√(variance + eps), out = (h - mean) rstd gamma + beta.

    The variance is divided by the number of columns. Matrices (rows, columns); gamma and beta (columns,); mean and
    rstd float32 (rows,), which the backward pass of training reads.
    """
    rows, columns = x.shape
    strides = (x.stride(0), residual.stride(0), out.stride(0))
    layer_norm_kernel[(rows,)](x, residual, gamma, beta, out, mean, rstd, columns, *strides, eps, BLOCK=BLOCK)
