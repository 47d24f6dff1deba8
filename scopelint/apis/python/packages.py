"""Packages that are not read themselves, since they have nothing to do with TensorFlow: by what they are for."""

from __future__ import annotations

from scopelint.values.base import Unknown, Why

PACKAGES: dict[str, tuple[str, ...]] = {
    "numbers, tables and statistics": (
        "catboost", "cma", "dask", "distance", "gensim", "implicit", "inflect", "joblib", "lightgbm",
        "more_itertools", "networkx", "numba", "numexpr", "numpy", "ortools", "pandas", "pyarrow", "scipy",
        "sklearn", "statsmodels", "sympy", "toolz", "toposort", "umap", "xgboost",
    ),
    "pictures, video and plots": (
        "SimpleITK", "albumentations", "bokeh", "cairosvg", "cv2", "dlib", "imageio", "imgaug", "matplotlib", "moviepy",
        "mpl_toolkits", "niftyreg_image_resampling", "nibabel", "opencv", "PIL", "plotly", "png", "pycocotools",
        "pydicom", "seaborn",
        "shapely", "skimage", "skvideo", "visdom",
    ),
    "sound and music": (
        "librosa", "mido", "mir_eval", "note_seq", "pretty_midi", "pyaudio", "rtmidi", "soundfile", "sox",
    ),
    "text": (
        "bs4", "editdistance", "ftfy", "jieba", "lxml", "nltk", "pygtrie", "pyonmttok", "pypandoc", "pyrouge",
        "regex", "rouge", "sacrebleu", "sentencepiece", "spacy", "tabulate", "unidecode",
    ),
    "environments and simulators": (
        "akro", "atari_py", "Box2D", "dm_control", "dm_env", "glfw", "gym", "mujoco_py", "multiagent", "OpenGL",
        "pybullet", "pybullet_envs", "pygame", "pyglet", "retro", "roboschool",
    ),
    "other frameworks, whose graphs are not TensorFlow's": (
        "caffe", "caffe2", "chainer", "jax", "mxnet", "onnx", "theano", "torch", "torchvision", "transformers",
    ),
    "processes, clusters and clouds": (
        "boto3", "filelock", "googleapiclient", "gunicorn", "kaggle", "kubernetes", "mpi4py", "oauth2client",
        "prctl", "psutil", "ray", "redis", "zmq",
    ),
    "what TensorFlow brings or is run with, without variables of its own": (
        "gast", "google", "grpc", "horovod", "keras_applications", "keras_preprocessing", "portpicker",
        "tensorboard", "tensorboardX",
    ),
    "files, formats and databases": (
        "addict", "gridfs", "h5py", "jsonschema", "lmdb", "lz4", "msgpack", "msgpack_numpy", "pymongo",
        "ruamel", "simplejson", "ujson", "yaml",
    ),
    "servers and the net": (
        "aiohttp", "blinker", "falcon", "fastapi", "flask", "flask_compress", "flask_cors", "flask_json",
        "requests", "starlette", "tornado", "uvicorn", "werkzeug",
    ),
    "options, logs and progress": (
        "absl", "click", "colorama", "comet_ml", "dotenv", "dowel", "easydict", "fire", "gflags", "gin", "gtimer",
        "memory_profiler", "mlflow", "progressbar", "pyprind", "termcolor", "tqdm", "wandb",
    ),
    "Python itself": (
        "astor", "attr", "attrs", "backports", "cached_property", "cachetools", "cloudpickle", "Cython",
        "cython", "dateutil", "decorator", "dill", "future", "glob2", "ipdb", "ipykernel", "IPython", "mock", "nose",
        "packaging", "past", "pasta", "pathlib2", "pip", "pkg_resources", "pydot", "pydot_ng", "pydotplus",
        "pyparsing", "pytest", "pytz", "scandir", "semantic_version", "setuptools", "six", "sphinx", "tree",
        "typing_extensions", "wrapt", "yapf",
    ),
    "games and bits of the shell": (
        "GPUtil", "openai",
    ),
}  # fmt: skip
"""A package that can be found on the search path is read, wherever there is no summary of it."""

THIRD_PARTY = frozenset(name for names in PACKAGES.values() for name in names)

_OF_THE_WORLD = frozenset(
    name
    for purpose in (
        "environments and simulators", "files, formats and databases", "pictures, video and plots",
        "servers and the net", "sound and music", "text",
    )
    for name in PACKAGES[purpose]
)  # fmt: skip


def is_no_tensor(value: Unknown) -> bool:
    """Does it come from a library that reads the world, not from one that gives back what it is handed? What it gives
    is data: the size of an environment's actions depends on no variable."""
    return value.cause.why is Why.LIBRARY and value.cause.subject.partition(".")[0] in _OF_THE_WORLD
