#!/usr/bin/env bash
# Installs the project, with nothing but what it declares, under each Python 3.10 to 3.14 that is found, and holds what the
# commands and flake8 say there against the first. Fails where one says something else.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
expected=
for version in 3.10 3.11 3.12 3.13 3.14; do
  python=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python 2>/dev/null | sort -V | tail -n 1 || true)
  python=${python:-$(command -v "python$version" || true)}
  if [ -z "$python" ] || ! "$python" --version >/dev/null 2>&1; then
    echo "Python $version is not found: not tried" >&2
    continue
  fi
  bin=$folder/$version/bin
  "$python" -m venv "$folder/$version"
  if ! "$bin/python" -m pip install -qq --disable-pip-version-check . flake8; then
    echo "Python $version: what the project declares could not be installed: not tried" >&2
    continue
  fi
  said=$({
    "$bin/scopelint" names --no-cache fixtures/models/mlp.py 2>&1
    "$bin/scopelint" check --no-cache --format concise fixtures/models fixtures/rules 2>&1 || [ $? = 1 ]
    "$bin/flake8" --isolated --select TFS fixtures/models 2>&1 || [ $? = 1 ]
  })
  expected=${expected:-$said}
  if [ "$said" != "$expected" ]; then
    echo "Python $version says something else:" >&2
    diff <(echo "$expected") <(echo "$said") >&2 || true
    exit 1
  fi
  echo "Python $version: $(echo "$said" | wc -l) lines, as expected"
done
[ -n "$expected" ]
