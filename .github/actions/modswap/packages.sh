#!/usr/bin/env bash
# Says where modswap keeps packages, and by which key of the cache: one for each collection of sets, so that a new one is kept and
# an old one is not kept again. A project's own builds do not count, which every commit makes anew.
. "$GITHUB_ACTION_PATH/common.sh"

folder=$("$ROOT/bin/modswap$exe" cache dir 2>/dev/null) || exit 0 # it keeps none here
folder=$(slashes "$folder")/packages
prefix=modswap-packages-$RUNNER_OS-$RUNNER_ARCH-$ImageOS-
set_output folder "$folder"
set_output prefix "$prefix"

sets=$(
    for about in "$folder"/*/modswap.txt; do
        if [[ -f $about ]] && ! grep -q '^project ' "$about"; then
            set=${about%/*}
            printf '%s\n' "${set##*/}"
        fi
    done
)
if [[ -n $sets ]]; then
    set_output key "$prefix$(sha256 <<<"$sets" | cut -c 1-20)"
fi
