"""PyTorch's gradcheck of the documents' network on three images of MNIST, in double; fast or slow: python3 ... fast"""
import sys
import time

import torch

from documents_network import load_mnist

torch.set_num_threads(1)
(images, labels), _ = load_mnist()
x = torch.tensor(images[:3].astype("float64"))
t = torch.tensor(labels[:3].argmax(1))
generator = torch.Generator().manual_seed(0)


def weights(rows, columns):
    return (0.01 * torch.randn(rows, columns, generator=generator, dtype=torch.float64)).requires_grad_()


def zeros(count):
    return torch.zeros(count, dtype=torch.float64, requires_grad=True)


def loss(W1, b1, W2, b2):
    hidden = torch.relu(torch.addmm(b1, x, W1))
    return torch.nn.functional.cross_entropy(torch.addmm(b2, hidden, W2), t)


parameters = (weights(784, 50), zeros(50), weights(50, 10), zeros(10))
began = time.process_time()
is_right = torch.autograd.gradcheck(loss, parameters, fast_mode=sys.argv[1] == "fast")
print(f"{sys.argv[1]} {is_right} cpu {time.process_time() - began:.4f} s")
