"""The gradient check of documents 000, 001 and 004: 39,760 central differences with h = 1e-4, on three images."""
import time

import numpy as np

from documents_network import TwoLayerNet, load_mnist

(x_train, t_train), _ = load_mnist()
np.random.seed(0)
network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10)
x_batch = x_train[:3]
t_batch = t_train[:3]
began, cpu = time.perf_counter(), time.process_time()
grad_numerical = network.numerical_gradient(x_batch, t_batch)
grad_backprop = network.gradient(x_batch, t_batch)
for key in grad_numerical.keys():
    diff = np.average(np.abs(grad_backprop[key] - grad_numerical[key]))
    print(key + ":" + str(diff))
print(f"checking {time.perf_counter() - began:.2f} s, cpu {time.process_time() - cpu:.4f} s")
