"""tf.nn.rnn_cell, tf.nn.dynamic_rnn and their neighbours: recurrent cells and what runs them."""
