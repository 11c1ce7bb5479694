#!/usr/bin/env bash
# Downloads the binary of a release into $RUNNER_TEMP/modswap, or says by the output `build` that there is none and the action's
# own source is to be built.
#
# The release is the one that INPUT_VERSION names, or the one that this action is of: its folder is a checkout of the tag `v0.1.0`
# or `v0`, or of the commit of such a tag. MODSWAP_RELEASES is the address of releases that are elsewhere, up to the tag.
. "$GITHUB_ACTION_PATH/common.sh"

folder=$(slashes "$GITHUB_ACTION_PATH")
source=$folder/../../..
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
server=${GITHUB_SERVER_URL:-https://github.com}

# Where the runner has it from: …/_actions/OWNER/NAME/REF/.github/actions/modswap. The context's action_ref would be that of the
# outermost action where one uses another. Otherwise it is in the workspace, and of no release.
repository=$GITHUB_REPOSITORY ref=
if [[ $folder =~ /_actions/([^/]+/[^/]+)/(.+)/\.github/actions/modswap/?$ ]]; then
    repository=${BASH_REMATCH[1]} ref=${BASH_REMATCH[2]}
fi

# is_release: whether the checkout is that of the release `own`.
is_release() {
    case $ref in
        "") return 1 ;;
        "v$own" | "v${own%%.*}") return ;;
    esac
    # A commit, as one pins it. The tag may be an object of its own, which has the commit under the second name.
    [[ $ref =~ ^[0-9a-f]{40}$ ]] &&
        git ls-remote "$server/$repository" "refs/tags/v$own" "refs/tags/v$own^{}" 2>/dev/null | grep -q "^$ref"
}

# Archives that run here, the best one first: a static one runs in every container.
targets() {
    case $RUNNER_OS-$RUNNER_ARCH in
        Linux-X64) echo x86_64-unknown-linux-musl x86_64-unknown-linux-gnu ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl aarch64-unknown-linux-gnu ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        Windows-ARM64) echo aarch64-pc-windows-msvc x86_64-pc-windows-msvc ;;
    esac
}

# download NAME: a file of the release into $work; 1 where there is none.
download() {
    local code=0 status
    status=$(curl --silent --show-error --fail --location --retry 3 --connect-timeout 20 --max-time 300 \
        --proto "=${base%%:*}" --output "$work/$1" --write-out '%{http_code}' "$base/v$version/$1") || code=$?
    if ((code == 0)); then return; fi
    # 37 is a file:// that is not there.
    if [[ $status = 404 ]] || ((code == 37)); then return 1; fi
    fail "$base/v$version/$1 cannot be downloaded (curl ends with $code). Run the job again; \`version\` names another release."
}

# verify NAME: refuses what is not as the release says, and what this repository's workflows did not build.
verify() {
    local said got
    said=$(awk -v name="$1" '{ sub(/^\*/, "", $2) } $2 == name { print $1 }' "$work/SHA256SUMS")
    got=$(sha256 <"$work/$1" | cut -d ' ' -f 1)
    if [[ $got != "$said" ]]; then
        fail "$1 is not what SHA256SUMS of the release says: $got, not $said. It is not used."
    fi
    if [[ -z $GH_TOKEN ]] || ! gh attestation verify --help >/dev/null 2>&1; then
        echo "Its checksum is right. Its provenance is not verified: no gh with a token is here that can."
    elif gh attestation verify "$work/$1" --repo "$repository" >"$work/gh" 2>&1; then
        echo "Its checksum is right, and it was built by a workflow of $repository."
    else
        cat "$work/gh"
        fail "$1 has no valid attestation of $repository (see above). It is not used."
    fi
}

# unpack NAME: its binary becomes $root/bin/modswap.
unpack() {
    mkdir -p "$root/bin"
    case $1 in
        *.zip) # the tar of git's bash knows none
            if command -v unzip >/dev/null; then
                unzip -q "$work/$1" -d "$work"
            else
                (cd "$work" && "$SYSTEMROOT/System32/tar.exe" -xf "$1")
            fi
            mv -f "$work/${1%.zip}/modswap.exe" "$root/bin/"
            ;;
        *)
            tar -xzf "$work/$1" -C "$work"
            mv -f "$work/${1%.tar.gz}/modswap" "$root/bin/"
            ;;
    esac
}

# ask_for_build REASON. Not hashFiles: this action is not in the workspace of the repository that uses it.
ask_for_build() {
    local digest
    digest=$(cd "$source" && find . \( -path ./target -o -path ./.git \) -prune -o -type f -print0 | LC_ALL=C sort -z |
        xargs -0 cat | sha256 | cut -d ' ' -f 1)
    echo "$1 It is built from the source of the action."
    set_output build true
    set_output key "modswap-$RUNNER_OS-$RUNNER_ARCH-$ImageOS-$digest"
    exit
}

root=$(slashes "$RUNNER_TEMP")/modswap
set_output root "$root"

version=${INPUT_VERSION#v}
if [[ -n $version && ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+.][0-9A-Za-z.+-]*)?$ ]]; then
    fail "The input version is no version such as 0.1.0."
fi
if [[ -z $version ]] && is_release; then
    version=$own
fi
if [[ -z $version ]]; then
    ask_for_build "This is modswap at ${ref:-a commit of the workspace}, which is no release."
fi

base=${MODSWAP_RELEASES:-$server/$repository/releases/download}
base=${base%/}
work=$(mktemp -d "$(slashes "$RUNNER_TEMP")/modswap-get.XXXXXX")

if ! download SHA256SUMS; then
    if [[ -z $INPUT_VERSION ]]; then ask_for_build "modswap $version has no release at $base."; fi
    fail "There is no release $version of modswap at $base."
fi

for target in $(targets); do
    archive=modswap-$version-$target
    case $target in *windows*) archive+=.zip ;; *) archive+=.tar.gz ;; esac
    if ! grep -Fqe " $archive" -e "*$archive" "$work/SHA256SUMS"; then continue; fi
    echo "$archive of $base"
    download "$archive" || fail "$base has no $archive, which SHA256SUMS of the release names."
    verify "$archive"
    unpack "$archive"
    if put_on_path "$root"; then
        rm -rf "$work"
        exit
    fi
    rm -f "$root/bin/"* # such as one that was linked with a newer C library
done

nothing="modswap $version has no binary that runs on $RUNNER_OS-$RUNNER_ARCH."
if [[ $version != "$own" ]]; then
    fail "$nothing Leave out the input version, and the source of the action, $own, is built."
fi
ask_for_build "$nothing"
