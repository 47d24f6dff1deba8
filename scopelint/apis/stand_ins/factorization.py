"""tf.contrib.factorization: k-means, mixtures of Gaussians, weighted alternating least squares; what they keep."""

import tensorflow as tf


def _empty(init_value, name):
    return tf.Variable(init_value, name=name, validate_shape=False)


class KMeans:
    def __init__(
        self,
        inputs,
        num_clusters,
        initial_clusters="random",
        distance_metric="squared_euclidean",
        use_mini_batch=False,
        mini_batch_steps_per_iteration=1,
        random_seed=0,
        kmeans_plus_plus_num_retries=2,
        kmc2_chain_length=200,
    ):
        if isinstance(initial_clusters, str) and initial_clusters not in ("random", "kmeans_plus_plus", "kmc2"):
            raise ValueError("Unsupported initialization algorithm '%s'" % initial_clusters)
        if distance_metric not in ("squared_euclidean", "cosine"):
            raise ValueError("Unsupported distance metric '%s'" % distance_metric)
        self._inputs = inputs if isinstance(inputs, list) else [inputs]
        self._num_clusters, self._initial_clusters = num_clusters, initial_clusters
        self._use_mini_batch, self._steps = use_mini_batch, int(mini_batch_steps_per_iteration)

    def training_graph(self):
        given = self._initial_clusters
        if isinstance(given, str) or callable(given):
            count = tf.convert_to_tensor(self._num_clusters)
        else:
            count = tf.shape(tf.convert_to_tensor(given))[0]
        start = tf.placeholder_with_default([], shape=None)
        centers = _empty(start, "clusters")
        initialized = tf.Variable(False, dtype=tf.bool, name="initialized")
        if self._use_mini_batch and self._steps > 1:
            _empty(start, "clusters_updated")
            tf.Variable(self._steps, dtype=tf.int64, name="update_in_steps")
            tf.Variable(tf.zeros([count], dtype=tf.int64))
        elif self._use_mini_batch:
            tf.Variable(tf.ones([count], dtype=tf.int64))
        scores = [tf.reduce_sum(each, 1) + tf.reduce_sum(centers) for each in self._inputs]
        index = [tf.cast(score, tf.int64) for score in scores]
        return scores, index, scores, initialized, tf.no_op(), tf.no_op()


class KMeansClustering(tf.estimator.Estimator):
    SQUARED_EUCLIDEAN_DISTANCE = "squared_euclidean"
    COSINE_DISTANCE = "cosine"
    RANDOM_INIT = "random"
    KMEANS_PLUS_PLUS_INIT = "kmeans_plus_plus"
    SCORE = "score"
    CLUSTER_INDEX = "cluster_index"
    ALL_DISTANCES = "all_distances"
    CLUSTER_CENTERS_VAR_NAME = "clusters"

    def __init__(
        self,
        num_clusters,
        model_dir=None,
        initial_clusters="random",
        distance_metric="squared_euclidean",
        random_seed=0,
        use_mini_batch=True,
        mini_batch_steps_per_iteration=1,
        kmeans_plus_plus_num_retries=2,
        relative_tolerance=None,
        config=None,
        feature_columns=None,
    ):
        def model_fn(features, mode, config):
            points = features
            if isinstance(features, dict) and feature_columns is None:
                points = tf.concat([features[key] for key in sorted(features)], 1)
            elif feature_columns is not None:
                points = tf.feature_column.input_layer(features, feature_columns)
            scores, index, losses, _, _, train_op = KMeans(
                points,
                num_clusters,
                initial_clusters,
                distance_metric,
                use_mini_batch,
                mini_batch_steps_per_iteration,
                random_seed,
                kmeans_plus_plus_num_retries,
            ).training_graph()
            loss = tf.reduce_sum(losses)
            tf.summary.scalar("loss/raw", loss)
            step = tf.assign_add(tf.train.get_global_step(), 1)
            return tf.estimator.EstimatorSpec(
                mode,
                predictions={"all_distances": scores[0], "cluster_index": index[0]},
                loss=loss,
                train_op=tf.group(train_op, step),
                eval_metric_ops={"score": tf.metrics.mean(loss)},
            )

        super().__init__(model_fn=model_fn, model_dir=model_dir, config=config)

    def predict_cluster_index(self, input_fn):
        for result in self.predict(input_fn=input_fn):
            yield result["cluster_index"]

    def score(self, input_fn):
        return self.evaluate(input_fn=input_fn)["score"]

    def transform(self, input_fn):
        for result in self.predict(input_fn=input_fn):
            yield result["all_distances"]

    def cluster_centers(self):
        return self.get_variable_value("clusters")


def gmm(inp, initial_clusters, num_clusters, random_seed, covariance_type="full", params="wmc"):
    if covariance_type not in ("diag", "full"):
        raise Exception("programmer error: Invalid covariance type: %s" % covariance_type)
    inp = inp if isinstance(inp, list) else [inp]
    tf.diag(tf.ones([tf.shape(inp[0])[1]]))
    start = tf.constant([], dtype=tf.float32)
    means = _empty(start, "clusters")
    _empty(start, "clusters_covs")
    _empty(tf.tile([1.0 / num_clusters], [num_clusters]), "alphas")
    initialized = tf.Variable(False, dtype=tf.bool, name="initialized")
    scores = [tf.reduce_sum(each, 1) + tf.reduce_sum(means) for each in inp]
    return (
        tf.add_n([tf.reduce_sum(score) for score in scores]),
        scores,
        [[tf.cast(score, tf.int64) for score in scores]],
        tf.no_op(),
        tf.no_op(),
        initialized,
    )


class WALSModel:
    def __init__(
        self,
        input_rows,
        input_cols,
        n_components,
        unobserved_weight=0.1,
        regularization=None,
        row_init="random",
        col_init="random",
        num_row_shards=1,
        num_col_shards=1,
        row_weights=1,
        col_weights=1,
        use_factors_weights_cache=True,
        use_gramian_cache=True,
        use_scoped_vars=False,
    ):
        self._n_components = n_components
        sides = (
            ("row", input_rows, num_row_shards, row_weights, row_init),
            ("col", input_cols, num_col_shards, col_weights, col_init),
        )
        if regularization is not None:
            self._regularization = regularization * tf.eye(n_components)
        self._held = {}
        for kind in ("weights", "factors"):
            for side, size, shards, weights, init in sides:
                name = "%s_%s" % (side, kind)
                start = weights if kind == "weights" else init
                if use_scoped_vars:
                    with tf.name_scope(name):
                        self._held[name] = self._sharded(kind, size, shards, start, name)
                else:
                    self._held[name] = self._sharded(kind, size, shards, start, name)
        for side in ("row", "col"):
            self._held[side + "_gramian"] = tf.Variable(
                tf.zeros([n_components, n_components]), dtype=tf.float32, name=side + "_gramian"
            )
        self._row_step = self._prepared("row_prepare_gramian")
        self._col_step = self._prepared("col_prepare_gramian")
        with tf.name_scope("transient_vars"):
            for kind, name, cached in (
                ("factors", "factors", use_factors_weights_cache),
                ("weights", "wt", use_factors_weights_cache),
                ("gramian", "gramian", use_gramian_cache),
            ):
                for side in ("row", "col"):
                    self._cache(self._held["%s_%s" % (side, kind)], "%s_%s_cache" % (side, name), cached)
            self._worker_init = tf.no_op(name="worker_init")

    def _prepared(self, name):
        with tf.name_scope(name):
            return tf.no_op()

    def _sharded(self, kind, size, shards, init, name):
        if kind == "weights" and init is None:
            return None
        if kind == "factors" and callable(init):
            init = init()
        each, more = divmod(size, shards)
        listed = init if isinstance(init, list) and len(init) == shards else [init] * shards
        found = []
        for i in range(shards):
            width = each + 1 if i < more else each

            def start(i=i, width=width):
                if kind == "weights":
                    return listed[i] * tf.ones([width]) if isinstance(listed[i], (int, float)) else listed[i]
                if isinstance(listed[i], str):
                    return tf.random_normal([width, self._n_components])
                return listed[i]

            found.append(tf.Variable(start, dtype=tf.float32, name="%s_shard_%d" % (name, i)))
        return found

    def _cache(self, held, name, cached):
        if held is None or not cached:
            return
        for i in range(len(held) if isinstance(held, list) else 1):
            tf.Variable(
                1.0,
                trainable=False,
                collections=[tf.GraphKeys.LOCAL_VARIABLES],
                validate_shape=False,
                name="%s_shard_%d" % (name, i) if isinstance(held, list) else name,
            )

    row_factors = property(lambda self: self._held["row_factors"])
    col_factors = property(lambda self: self._held["col_factors"])
    row_weights = property(lambda self: self._held["row_weights"])
    col_weights = property(lambda self: self._held["col_weights"])
    worker_init = property(lambda self: self._worker_init)
    initialize_op = property(lambda self: tf.no_op())
    row_update_prep_gramian_op = property(lambda self: self._row_step)
    col_update_prep_gramian_op = property(lambda self: self._col_step)
    initialize_row_update_op = property(lambda self: self._worker_init)
    initialize_col_update_op = property(lambda self: self._worker_init)

    def _updated(self, factors):
        total = tf.reduce_sum(factors[0])
        return factors, tf.no_op(), total, total, total

    def update_row_factors(self, sp_input=None, transpose_input=False):
        return self._updated(self.row_factors)

    def update_col_factors(self, sp_input=None, transpose_input=False):
        return self._updated(self.col_factors)
