# shellcheck shell=bash
# What the scripts in this folder share.

say() { printf '\n== %s\n' "$*"; }
run() { say "$*"; "$@"; }

as_root() { if [[ $(id -u) = 0 ]]; then "$@"; else sudo "$@"; fi; }

# apt_install PACKAGE…: on Debian and its kin.
apt_install() {
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Where tools are that are fetched.
tools=${CARGO_TARGET_DIR:-target}/tools

# A Python from which tools can be installed: their wheels want 3.10, and Debian's python3 may come without venv.
python_with_venv() {
    local name
    for name in python3 /usr/bin/python3 python3.{10..19}; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

# python_tool_folder NAME: where its commands are; venvs of Windows have another one.
python_tool_folder() {
    local folder=$tools/$1/bin
    [[ ! -d $tools/$1/Scripts ]] || folder=$tools/$1/Scripts
    printf '%s\n' "$folder"
}

# has_python_tool NAME VERSION
has_python_tool() { [[ $("$(python_tool_folder "$1")/$1" --version 2>/dev/null) = "$1 $2" ]]; }

# get_python_tool NAME VERSION: from PyPI, unless it is there.
get_python_tool() {
    local python
    if has_python_tool "$1" "$2"; then return; fi
    say "fetching $1 $2"
    python_with_venv >/dev/null || apt_install python3 python3-venv || return
    python=$(python_with_venv) || return
    rm -rf "${tools:?}/$1"
    "$python" -m venv "$tools/$1" &&
        "$(python_tool_folder "$1")/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: "$1==$2" &&
        has_python_tool "$1" "$2"
}
