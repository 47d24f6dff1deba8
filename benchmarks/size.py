"""Processor seconds of one program as it grows: analysis, and each rule, from 250 to 4,000 layers with Adam.

    python benchmarks/size.py [LAYERS ...]

A straight line is wanted: the last column is the cost of a layer against that of the smallest program.
"""

from __future__ import annotations

import sys
import time

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.rules import registry

PROGRAM = """import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 8])
with tf.variable_scope("net") as net:
    for i in range({layers}):
        with tf.variable_scope("layer_%d" % i):
            with tf.name_scope("inner"):
                x = tf.layers.dense(x, 8)
    with tf.variable_scope(net, reuse=True):
        pass
tf.train.AdamOptimizer().minimize(tf.reduce_mean(x))
"""


def main(sizes: list[int]) -> None:
    first = 0.0
    for layers in sizes:
        started = time.process_time()
        outcomes = analyse("size.py", PROGRAM.format(layers=layers).encode(), Options(max_seconds=300.0))
        analysed = time.process_time()
        registry.run(outcomes)
        done = time.process_time()
        each = (done - started) / layers
        first = first or each
        print(
            f"{layers:6} layers  analysis {analysed - started:7.2f} s  rules {done - analysed:6.2f} s  "
            f"{each * 1000:6.2f} ms a layer  {each / first:5.2f}"
        )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [250, 500, 1000, 2000, 4000])
