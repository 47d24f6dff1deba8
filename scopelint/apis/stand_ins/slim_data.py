"""tf.contrib.slim.data: data sets, what decodes their examples, and what provides them; queues, and one counter."""

import tensorflow as tf


class ItemHandler:
    def __init__(self, keys):
        self._keys = list(keys) if isinstance(keys, (tuple, list)) else [keys]

    @property
    def keys(self):
        return self._keys


class ItemHandlerCallback(ItemHandler):
    def __init__(self, keys, func):
        super().__init__(keys)
        self._func = func

    def tensors_to_item(self, keys_to_tensors):
        return self._func(keys_to_tensors)


class BoundingBox(ItemHandler):
    def __init__(self, keys=None, prefix=""):
        if keys is None:
            keys = ["ymin", "xmin", "ymax", "xmax"]
        elif len(keys) != 4:
            raise ValueError(f"BoundingBox expects 4 keys but got {len(keys)}")
        super().__init__([prefix + key for key in keys])

    def tensors_to_item(self, keys_to_tensors):
        sides = []
        for key in self._keys:
            side = keys_to_tensors[key]
            if isinstance(side, tf.SparseTensor):
                side = side.values
            sides.append(tf.expand_dims(side, 0))
        return tf.transpose(tf.concat(sides, 0))


class Tensor(ItemHandler):
    def __init__(self, tensor_key, shape_keys=None, shape=None, default_value=0):
        if shape_keys and shape is not None:
            raise ValueError("Cannot specify both shape_keys and shape parameters.")
        if shape_keys and not isinstance(shape_keys, list):
            shape_keys = [shape_keys]
        super().__init__([tensor_key, *(shape_keys or [])])
        self._tensor_key, self._shape_keys = tensor_key, shape_keys
        self._shape, self._default_value = shape, default_value

    def tensors_to_item(self, keys_to_tensors):
        tensor, shape = keys_to_tensors[self._tensor_key], self._shape
        if self._shape_keys:
            sizes = []
            for key in self._shape_keys:
                size = keys_to_tensors[key]
                sizes.append(tf.sparse_tensor_to_dense(size) if isinstance(size, tf.SparseTensor) else size)
            shape = tf.reshape(tf.stack(sizes), [-1])
        if isinstance(tensor, tf.SparseTensor):
            if shape is not None:
                tensor = tf.sparse_reshape(tensor, shape)
            return tf.sparse_tensor_to_dense(tensor, self._default_value)
        return tensor if shape is None else tf.reshape(tensor, shape)


class LookupTensor(Tensor):
    def __init__(self, tensor_key, table, shape_keys=None, shape=None, default_value=""):
        super().__init__(tensor_key, shape_keys, shape, default_value)
        self._table = table

    def tensors_to_item(self, keys_to_tensors):
        return self._table.lookup(super().tensors_to_item(keys_to_tensors))


class BackupHandler(ItemHandler):
    def __init__(self, handler, backup):
        super().__init__(handler.keys + backup.keys)
        self._handler, self._backup = handler, backup

    def tensors_to_item(self, keys_to_tensors):
        item = self._handler.tensors_to_item(keys_to_tensors)
        return tf.cond(
            tf.equal(tf.reduce_prod(tf.shape(item)), 0),
            lambda: self._backup.tensors_to_item(keys_to_tensors),
            lambda: item,
        )


class SparseTensor(ItemHandler):
    def __init__(self, indices_key=None, values_key=None, shape_key=None, shape=None, densify=False, default_value=0):
        self._indices_key, self._values_key = indices_key or "indices", values_key or "values"
        self._shape_key, self._shape = shape_key, shape
        self._densify, self._default_value = densify, default_value
        super().__init__([self._indices_key, self._values_key, *([shape_key] if shape_key else [])])

    def tensors_to_item(self, keys_to_tensors):
        indices, values = keys_to_tensors[self._indices_key], keys_to_tensors[self._values_key]
        shape = keys_to_tensors[self._shape_key] if self._shape_key else self._shape
        columns = tf.reshape(tf.cast(indices.values, tf.int64), [-1, 1])
        sparse = tf.SparseTensor(columns, values.values, tf.cast(shape, tf.int64))
        return tf.sparse_tensor_to_dense(sparse, self._default_value) if self._densify else sparse


class Image(ItemHandler):
    def __init__(
        self, image_key=None, format_key=None, shape=None, channels=3, dtype=tf.uint8, repeated=False, dct_method=""
    ):
        self._image_key, self._format_key = image_key or "image/encoded", format_key or "image/format"
        super().__init__([self._image_key, self._format_key])
        self._shape, self._channels, self._dtype = shape, channels, dtype
        self._repeated = repeated

    def tensors_to_item(self, keys_to_tensors):
        encoded = keys_to_tensors[self._image_key]
        if self._repeated:
            return tf.map_fn(self._decoded, encoded, dtype=self._dtype)
        return self._decoded(encoded)

    def _decoded(self, encoded):
        image = tf.cast(tf.image.decode_jpeg(encoded, channels=self._channels), self._dtype)
        return image if self._shape is None else tf.reshape(image, self._shape)


class TFExampleDecoder:
    def __init__(self, keys_to_features, items_to_handlers):
        self._keys_to_features = keys_to_features
        self._items_to_handlers = items_to_handlers

    def list_items(self):
        return list(self._items_to_handlers.keys())

    def decode(self, serialized_example, items=None):
        example = tf.parse_single_example(serialized_example, self._keys_to_features)
        for key in sorted(self._keys_to_features):
            feature = self._keys_to_features[key]
            if isinstance(feature, tf.FixedLenFeature):
                example[key] = tf.reshape(example[key], feature.shape)
        outputs = []
        for item in items or self._items_to_handlers.keys():
            handler = self._items_to_handlers[item]
            outputs.append(handler.tensors_to_item({key: example[key] for key in handler.keys}))
        return outputs


class Dataset:
    def __init__(self, data_sources, reader, decoder, num_samples, items_to_descriptions, **kwargs):
        kwargs.update(
            data_sources=data_sources,
            reader=reader,
            decoder=decoder,
            num_samples=num_samples,
            items_to_descriptions=items_to_descriptions,
        )
        self.__dict__.update(kwargs)


class DataProvider:
    def __init__(self, items_to_tensors, num_samples):
        self._items_to_tensors = items_to_tensors
        self._num_samples = num_samples

    def get(self, items):
        return [self._items_to_tensors[item] for item in items]

    def list_items(self):
        return self._items_to_tensors.keys()

    def num_samples(self):
        return self._num_samples


class DatasetDataProvider(DataProvider):
    def __init__(
        self,
        dataset,
        num_readers=1,
        reader_kwargs=None,
        shuffle=True,
        num_epochs=None,
        common_queue_capacity=256,
        common_queue_min=128,
        record_key="record_key",
        seed=None,
        scope=None,
    ):
        with tf.name_scope(scope, "parallel_read"):
            # Which files there are is nobody's business here.
            names = tf.train.string_input_producer(["data"], num_epochs=num_epochs, shuffle=shuffle, name="filenames")
            key, value = names.dequeue(), names.dequeue()
        items = dataset.decoder.list_items()
        tensors = dataset.decoder.decode(value, items)
        held = dict(zip(items, tensors))
        if record_key in held:
            raise ValueError(
                "The item name used for `record_key` cannot also be used for a dataset item: %s" % record_key
            )
        held[record_key] = key
        super().__init__(held, dataset.num_samples)


def prefetch_queue(tensors, capacity=8, num_threads=1, dynamic_pad=False, shared_name=None, name=None):
    names = sorted(tensors.keys()) if isinstance(tensors, dict) else None
    listed = tensors if names is None else [tensors[key] for key in names]
    with tf.name_scope(name, "prefetch_queue", listed):
        make = tf.PaddingFIFOQueue if dynamic_pad else tf.FIFOQueue
        queue = make(
            capacity=capacity,
            dtypes=[tensor.dtype for tensor in listed],
            shapes=[tensor.get_shape() for tensor in listed],
            names=names,
            shared_name=shared_name,
        )
        runner = tf.train.QueueRunner(queue, [queue.enqueue(tensors)] * num_threads)
        tf.train.add_queue_runner(runner)
        tf.summary.scalar("fraction_of_%d_full" % capacity, tf.cast(queue.size(), tf.float32) * (1.0 / capacity))
        return queue


def get_data_files(data_sources):
    if isinstance(data_sources, (list, tuple)):
        return [file for source in data_sources for file in get_data_files(source)]
    if "*" in data_sources or "?" in data_sources or "[" in data_sources:
        return tf.gfile.Glob(data_sources)
    return [data_sources]
