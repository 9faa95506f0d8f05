#!/usr/bin/env bash
# What action.yml runs: preflint over the given paths. Inputs come in the environment, one word on each line, and never
# become part of a command's text.
set -euo pipefail

# Sets the array of this name to the lines that hold anything.
lines_of() {
    local -n into="$1"
    into=()
    local line
    while IFS= read -r line; do
        line="${line%$'\r'}"
        [[ -z "${line//[[:space:]]/}" ]] || into+=("$line")
    done <<<"$2"
}

lines_of paths "${PREFLINT_PATHS:-.}"
lines_of formats "${PREFLINT_FORMATS:-}"
lines_of options "${PREFLINT_OPTIONS:-}"

arguments=()
for format in ${formats[@]+"${formats[@]}"}; do
    arguments+=(--format "$format")
done
arguments+=(${options[@]+"${options[@]}"} -- "${paths[@]}")

code=0
preflint check "${arguments[@]}" || code=$?
if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
    printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
fi
# Wrong usage fails in any case: then nothing was checked.
if [[ "${PREFLINT_FAIL:-true}" == true || "$code" -eq 2 ]]; then
    exit "$code"
fi
