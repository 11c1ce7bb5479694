# shellcheck shell=bash
# What the steps of the action share. macOS has bash 3.2: no mapfile, no `${x,,}`, no empty array under `set -u`.
set -eo pipefail

# How programs end.
exe=
if [[ $RUNNER_OS = Windows ]]; then exe=.exe; fi

# fail MESSAGE: ends the step with an error that the page of the run shows.
fail() {
    echo "::error title=modswap::$1"
    exit 1
}

set_output() { echo "$1=$2" >>"$GITHUB_OUTPUT"; }

# On Windows GitHub's paths have backslashes, which its bash takes in most places, but patterns do not.
slashes() { printf '%s\n' "${1//\\//}"; }

# Prints the digests of files, or of standard input, as `sha256sum` does. macOS has the other name.
sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# From here on, also in later steps, `modswap` is the one in ROOT.
put_on_path() {
    "$1/bin/modswap$exe" --version || return
    echo "$1/bin" >>"$GITHUB_PATH"
}
