#!/usr/bin/env bash
# Runs modswap with the inputs as its arguments. The outputs are there, however it ends.
. "$GITHUB_ACTION_PATH/common.sh"

# add PREFIX TEXT: an argument for each line that is not blank.
add() {
    local line
    while IFS= read -r line; do
        line=${line#"${line%%[![:space:]]*}"}
        line=${line%"${line##*[![:space:]]}"}
        if [[ -n $line ]]; then
            arguments+=("$1$line")
        fi
    done <<<"$2"
}

# add_words TEXT: an argument for each word. xargs parts them as a shell does, and expands nothing.
add_words() {
    local word words
    if [[ -z ${1//[[:space:]]/} ]]; then return; fi
    words=$(mktemp "$RUNNER_TEMP/modswap-words.XXXXXX")
    if ! printf '%s\n' "${1//$'\r'/}" | xargs printf '%s\0' >"$words"; then
        refuse "The input args has a quote that does not end on its line."
    fi
    while IFS= read -r -d '' word; do arguments+=("$word"); done <"$words"
}

# refuse MESSAGE: an input is wrong.
refuse() {
    echo "::error title=modswap::$1"
    finish 2
}

# finish CODE
finish() {
    local verdict=error
    case $1 in
        0) verdict=pass ;;
        1) verdict=violated ;;
        2) verdict=wrong ;;
        3) verdict=missing ;;
        130) verdict=interrupted ;;
    esac
    set_output verdict "$verdict"
    if [[ -s $report ]]; then set_output report "$report"; fi
    if [[ -n $INPUT_HTML && -s $INPUT_HTML ]]; then set_output html "$INPUT_HTML"; fi
    exit "$1"
}

report=$(mktemp -d "$RUNNER_TEMP/modswap-report.XXXXXX")/report.json
arguments=(run --packages --github=auto "--output=$report")
case $INPUT_HTML in
    "") ;;
    *$'\n'*) refuse "The input html is more than one line." ;;
    *.html) arguments+=("--output=$INPUT_HTML") && rm -f "$INPUT_HTML" ;; # an old one is not the page of this run
    *) refuse "The input html is no file that ends in .html." ;;
esac
add --python= "$INPUT_PYTHONS"
add --require= "$INPUT_REQUIRE"
add --baseline= "$INPUT_BASELINE"
case $INPUT_STRICT in
    true) arguments+=(--strict) ;;
    false | "") ;;
    *) refuse "The input strict is neither true nor false." ;;
esac
add_words "$INPUT_ARGS"
arguments+=(--)
add "" "$INPUT_SCENARIOS"

code=0
"$ROOT/bin/modswap$exe" "${arguments[@]}" || code=$?
finish "$code"
