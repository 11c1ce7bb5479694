_modswap() {
    local line
    COMPREPLY=()
    # The words of `COMP_WORDS` end at `=`, `:` and `@`: the program reads the whole line, and answers with what replaces "$2".
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(_MODSWAP_COMPLETE=bash modswap -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    # bash before 4 has no compopt.
    if [[ ${COMPREPLY-} == quote ]]; then
        compopt -o filenames 2>/dev/null
    fi
    COMPREPLY=("${COMPREPLY[@]:1}")
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY-} == *[=/:.,] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -o nosort -F _modswap modswap 2>/dev/null || complete -o bashdefault -F _modswap modswap
