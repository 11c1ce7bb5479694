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
