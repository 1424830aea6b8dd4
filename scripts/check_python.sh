#!/bin/sh
# Says in one line what is missing before a virtual environment can be made; says nothing when all is there.
# Usage: sh scripts/check_python.sh PYTHON
python=$1
name=${python##*/}

if ! "$python" -c "" 2>/dev/null; then
    echo "No $python here. Install Python 3.11 or newer (Debian: sudo apt install python3 python3-venv)"
    exit 1
fi
if ! "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))"; then
    version=$("$python" -c "import sys; print('.'.join(map(str, sys.version_info[:2])))")
    echo "$python is Python $version. Install Python 3.11 or newer and name it: make demo PYTHON=python3.11"
    exit 1
fi
if ! "$python" -c "import venv, ensurepip" 2>/dev/null; then
    echo "$python cannot make a virtual environment. Install what is missing (Debian: sudo apt install $name-venv)"
    exit 1
fi
