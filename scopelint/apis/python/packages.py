"""Packages that are not read themselves, since they have nothing to do with TensorFlow: by what they are for."""

from __future__ import annotations

from scopelint.values.base import Unknown, Why

PACKAGES: dict[str, tuple[str, ...]] = {
    "numbers, tables and statistics": (
        "annoy", "autograd", "bayes_opt", "catboost", "cma", "cvxopt", "cvxpy", "dask", "deap", "distance",
        "faiss", "fbprophet", "fipy", "gensim", "geopandas", "graphviz", "hyperopt", "igraph", "imblearn", "implicit",
        "inflect", "joblib", "lifelines", "lightfm", "lightgbm", "line_profiler", "more_itertools", "networkx",
        "nevergrad", "nmslib", "numba", "numexpr", "numpy", "optuna", "ortools", "osgeo", "pandas", "patsy",
        "pmdarima", "polars", "prettytable", "prophet", "pyarrow", "pyDOE", "pyDOE2", "pymc3", "pyproj", "pyspark",
        "pystan", "rasterio", "SALib", "scipy", "sklearn", "sklearn_crfsuite", "skopt", "sortedcontainers",
        "statsmodels", "surprise", "sympy", "toolz", "toposort", "umap", "vtk", "xarray", "xgboost",
    ),
    "pictures, video and plots": (
        "albumentations", "bokeh", "cairo", "cairosvg", "cv2", "decord", "dlib", "exifread", "ffmpeg", "fiona",
        "gizeh", "humanize", "imageio", "imgaug", "ipywidgets", "lycon", "matplotlib", "mayavi", "moviepy",
        "mpl_toolkits", "nibabel", "niftyreg_image_resampling", "open3d", "opencv", "openslide",
        "pandas_profiling", "PIL", "pims", "plotly", "plotnine", "png", "Polygon", "pyclipper", "pycocoevalcap",
        "pycocotools", "pydensecrf", "pydicom", "pygifsicle", "pylab", "PyQt4", "PyQt5", "pyrender", "pyvista", "pywt",
        "rawpy", "seaborn", "shapely", "SimpleITK", "skimage", "skvideo", "tifffile", "trimesh", "visdom",
    ),
    "sound and music": (
        "aubio", "audioread", "essentia", "jams", "librosa", "madmom", "mido", "mir_eval", "music21", "noisereduce",
        "note_seq", "pesq", "pretty_midi", "pyaudio", "pydub", "pyloudnorm", "pypianoroll", "pysptk", "pystoi",
        "python_speech_features", "pyworld", "resampy", "rtmidi", "scikits", "soundfile", "sox", "soxr", "webrtcvad",
    ),
    "text": (
        "apache_beam", "bert_score", "bpemb", "bs4", "chardet", "docx", "editdistance", "emoji", "fasttext", "fitz",
        "flair", "ftfy", "html5lib", "hunspell", "inltk", "janome", "jieba", "kenlm", "konlpy", "langdetect", "langid",
        "lxml", "markdown", "MeCab", "mecab", "nagisa", "nltk", "num2words", "opencc", "openpyxl", "pdfminer",
        "phonemizer", "pygtrie", "pymorphy2", "pyonmttok", "pypandoc", "pypinyin", "pyrouge", "pytesseract",
        "rapidfuzz", "regex", "rouge", "sacrebleu", "sacremoses", "scrapy", "sentencepiece", "snownlp", "spacy",
        "stanfordcorenlp", "stanfordnlp", "stanza", "subword_nmt", "tabulate", "textblob", "thulac", "tokenizers",
        "tweepy", "unicodecsv", "unidecode", "wordcloud", "xlrd", "xlsxwriter", "youtube_dl", "zhconv",
    ),
    "environments and simulators": (
        "airsim", "akro", "atari_py", "Box2D", "carla", "cv_bridge", "deepmind_lab", "dm_control", "dm_env", "dmlab2d",
        "geometry_msgs", "glfw", "gym", "gym_minigrid", "gym_super_mario_bros", "gymnasium", "highway_env",
        "minerl", "minigrid", "mlagents_envs", "mujoco", "mujoco_py", "multiagent", "nes_py", "ns3gym", "OpenGL",
        "osim", "pommerman", "procgen", "pybullet", "pybullet_envs", "pygame", "pyglet", "pysc2", "retro",
        "roboschool", "robosuite", "rospkg", "rospy", "sensor_msgs", "smac", "std_msgs", "sumolib", "tf2_ros", "traci",
        "vizdoom",
    ),
    "other frameworks, whose graphs are not TensorFlow's": (
        "caffe", "caffe2", "chainer", "cntk", "cupy", "fastai", "flax", "haiku", "ignite", "jax", "kornia", "mxnet",
        "ncnn", "onnx", "onnxruntime", "openvino", "optax", "paddle", "pycuda", "pytorch_lightning", "skorch",
        "tensorrt", "theano", "timm", "torch", "torch_geometric", "torch_scatter", "torch_sparse", "torchaudio",
        "torchtext", "torchvision", "transformers", "tvm",
    ),
    "processes, clusters and clouds": (
        "azureml", "azureml_core", "boto3", "botocore", "celery", "cloudstorage", "docker",
        "filelock", "gcsfs", "google_auth_oauthlib", "googleapiclient", "gunicorn", "kaggle", "kubernetes", "luigi",
        "mpi4py", "nvgpu", "nvidia_smi", "oauth2client", "paramiko", "pexpect", "pika", "prctl", "prefect", "psutil",
        "py3nvml", "pynvml", "ray", "redis", "s3fs", "submitit", "zmq",
    ),
    "what TensorFlow brings or is run with, without variables of its own": (
        "gast", "google", "grpc", "horovod", "keras_applications", "keras_preprocessing", "portpicker",
        "tensorboard", "tensorboardX",
    ),
    "files, formats and databases": (
        "addict", "avro", "bson", "cassandra", "clickhouse_driver", "confluent_kafka", "elasticsearch", "fastavro",
        "feather", "gridfs", "h5py", "happybase", "hdf5storage", "jsonschema", "kafka", "lmdb", "lz4", "mat4py",
        "msgpack", "msgpack_numpy", "MySQLdb", "netCDF4", "npy_append_array", "orjson", "pickle5", "plyvel",
        "psycopg2", "pydantic", "pymongo", "pymysql", "pyodbc", "ruamel", "simplejson", "snappy", "sqlalchemy",
        "tinydb", "toml", "tomli", "ujson", "xmltodict", "yaml", "zarr", "zstandard",
    ),
    "servers and the net": (
        "aiohttp", "blinker", "discord", "django", "falcon", "fastapi", "flask", "flask_compress",
        "flask_cors", "flask_json", "flask_restful", "flask_socketio", "httpx", "pyngrok", "requests",
        "rest_framework", "sanic", "selenium", "simple_websocket_server", "slackclient", "socketio",
        "starlette", "telegram", "telepot", "tornado", "twisted", "urllib3", "uvicorn", "websocket", "websockets",
        "werkzeug", "zerorpc",
    ),
    "options, logs and progress": (
        "absl", "alive_progress", "argcomplete", "clearml", "click", "clint", "colorama", "coloredlogs",
        "comet_ml", "configargparse", "docopt", "dotenv", "dowel", "dynaconf", "easydict", "fire", "gflags", "gin",
        "gtimer", "hydra", "jsonargparse", "logbook", "loguru", "losswise", "memory_profiler", "mlflow", "neptune",
        "omegaconf", "plac", "progressbar", "pyprind", "rich", "sacred", "tensorboard_logger", "termcolor",
        "tqdm", "typer", "wandb", "yacs",
    ),
    "Python itself": (
        "astor", "attr", "attrs", "babel", "backports", "black", "cached_property", "cachetools", "cffi",
        "cloudpickle", "coverage", "Cython", "cython", "dateutil", "decorator", "dill", "enum34", "flake8",
        "freezegun", "funcy", "future", "glob2", "hypothesis", "ipdb", "ipykernel", "IPython", "isort", "jedi",
        "jupyter", "lazy_object_proxy", "mock", "monotonic", "nbformat", "nose", "numpydoc", "packaging",
        "parameterized", "past", "pasta", "pathlib2", "pathos", "peewee", "pep8", "pip", "pkg_resources", "pluggy",
        "plumbum", "ptvsd", "pycodestyle", "pydevd", "pydot", "pydot_ng", "pydotplus", "pyflakes", "pylint",
        "pyparsing", "pytest", "pytz", "pyximport", "retrying", "scandir", "semantic_version", "setuptools",
        "six", "sphinx", "tenacity", "traitlets", "tree", "typing_extensions", "unittest2", "versioneer", "wrapt",
        "yapf",
    ),
    "games and bits of the shell": (
        "GPUtil", "openai",
    ),
}  # fmt: skip
"""A package that can be found on the search path is read, wherever there is no summary of it. Words that programs use
for modules of their own (`schema`, `tables`) are left out: a module of the program's that is absent may do anything."""

THIRD_PARTY = frozenset(name for names in PACKAGES.values() for name in names)

_OF_THE_WORLD = frozenset(
    name
    for purpose in (
        "environments and simulators", "files, formats and databases", "pictures, video and plots",
        "servers and the net", "sound and music", "text",
    )
    for name in PACKAGES[purpose]
) | {"scipy"}  # fmt: skip
# scipy's arrays and matrices hold numbers alone.


def is_no_tensor(value: Unknown) -> bool:
    """Does it come from a library that reads the world, not from one that gives back what it is handed? What it gives
    is data: the size of an environment's actions depends on no variable."""
    return value.cause.why is Why.LIBRARY and value.cause.subject.partition(".")[0] in _OF_THE_WORLD
