#!/bin/sh
# Makes the Python that `npm run bench` is held against:
#
#     bench/speed/peer/make-peer.sh FOLDER [PIP OPTION…]
#     npm run bench -- --peer FOLDER/bin/python
#
# Options go to pip: an index with builds of PyTorch for the processor alone saves 4 GB.
set -eu
folder=${1:?"which folder? make-peer.sh FOLDER"}
shift
here=$(dirname "$0")
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --requirement "$here/requirements.txt" "$@"
"$folder/bin/python" -c "import torch, diffusers, transformers; print('PyTorch', torch.__version__, 'diffusers', diffusers.__version__, 'transformers', transformers.__version__)"
