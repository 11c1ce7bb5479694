#!/usr/bin/env bash
# Builds modswap from the action's own source into ROOT, unless an earlier build runs there.
. "$GITHUB_ACTION_PATH/common.sh"

if "$ROOT/bin/modswap$exe" --version >/dev/null 2>&1; then
    put_on_path "$ROOT"
    exit
fi
if ! command -v cargo >/dev/null; then
    fail "There is no cargo to build modswap with. Use a release of this action, or install Rust in a step before this one."
fi
# From its folder: a toolchain that the caller's repository asks for is not asked for here.
cd "$(slashes "$GITHUB_ACTION_PATH")/../../.."
cargo install --path . --locked --force --root "$ROOT"
put_on_path "$ROOT"
set_output built true
