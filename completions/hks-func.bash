#!/bin/bash

__hks-func_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__hks-func_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__hks-func_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__hks-func_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_hks-func() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(-h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    init|validate|schema|test|build|develop|deploy|update|rollback|logs|invoke|list|describe|delete|versions|traffic|triggers|invocations|metrics|events|secrets|platform|context|login|logout|whoami|config|doctor|completion|explain|version|help)
        # Offer subcommand argument completions
        "_hks-func_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'init validate schema test build develop deploy update rollback logs invoke list describe delete versions traffic triggers invocations metrics events secrets platform context login logout whoami config doctor completion explain version help' -- "${cur}"))
        ;;
    esac
}

_hks-func_init() {
    repeating_flags=()
    non_repeating_flags=(--defaults --list --git --no-git --force --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--set)
    non_repeating_options=(-r --runtime --functionRuntime -t --type --template --from -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-r'|'--runtime'|'--functionRuntime')
        __hks-func_add_completions -W 'python'$'\n''nodejs'
        return
        ;;
    '-t'|'--type'|'--template')
        __hks-func_add_completions -W 'http'
        return
        ;;
    '--from')
        __hks-func_add_completions -f
        return
        ;;
    '--set')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_validate() {
    repeating_flags=()
    non_repeating_flags=(--migrate --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--env-file)
    non_repeating_options=(--profile --project-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_schema() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_test() {
    repeating_flags=()
    non_repeating_flags=(--unit --cases --contract --coverage --update --watch -w -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--env-file)
    non_repeating_options=(--filter --timeout --junit --profile --project-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--filter')
        return
        ;;
    '--timeout')
        return
        ;;
    '--junit')
        __hks-func_add_completions -f
        return
        ;;
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_build() {
    repeating_flags=()
    non_repeating_flags=(--list -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--env-file)
    non_repeating_options=(--output-file --format --profile --project-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--output-file')
        __hks-func_add_completions -f
        return
        ;;
    '--format')
        __hks-func_add_completions -W 'tar.gz'$'\n''zip'$'\n''dir'
        return
        ;;
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_develop() {
    repeating_flags=()
    non_repeating_flags=(--watch --no-watch --ephemeral --debug --debug-wait --write-vscode -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--exec --debug-function --env-file)
    non_repeating_options=(-p --port --debug-port --profile --project-dir -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-p'|'--port')
        return
        ;;
    '--exec')
        return
        ;;
    '--debug-port')
        return
        ;;
    '--debug-function')
        return
        ;;
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __hks-func_add_completions -d
        return
        ;;
    esac
}

_hks-func_deploy() {
    repeating_flags=()
    non_repeating_flags=(--no-traffic --force --strict-runtime --blue-green --dry-run --wait --no-wait -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(-e --env --env-file)
    non_repeating_options=(--name -r --runtime --functionRuntime -t --tag --image --message --if-version --canary --step --abort-on --profile --project-dir --timeout -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '-r'|'--runtime'|'--functionRuntime')
        return
        ;;
    '-t'|'--tag')
        return
        ;;
    '-e'|'--env')
        return
        ;;
    '--image')
        return
        ;;
    '--message')
        return
        ;;
    '--if-version')
        return
        ;;
    '--canary')
        return
        ;;
    '--step')
        return
        ;;
    '--abort-on')
        return
        ;;
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '--timeout')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion deploy -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_update() {
    repeating_flags=()
    non_repeating_flags=(--dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(-e --env --unset-env --label --annotation)
    non_repeating_options=(--name --memory --cpu --timeout --concurrency --scaling-profile --min-scale --max-scale --target --metric --scale-down-delay --description --if-version --wait -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion update -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-e'|'--env')
        return
        ;;
    '--unset-env')
        return
        ;;
    '--memory')
        return
        ;;
    '--cpu')
        return
        ;;
    '--timeout')
        return
        ;;
    '--concurrency')
        return
        ;;
    '--scaling-profile')
        return
        ;;
    '--min-scale')
        return
        ;;
    '--max-scale')
        return
        ;;
    '--target')
        return
        ;;
    '--metric')
        __hks-func_add_completions -W 'concurrency'$'\n''rps'$'\n''cpu'$'\n''memory'
        return
        ;;
    '--scale-down-delay')
        return
        ;;
    '--label')
        return
        ;;
    '--annotation')
        return
        ;;
    '--description')
        return
        ;;
    '--if-version')
        return
        ;;
    '--wait')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion update -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_rollback() {
    repeating_flags=()
    non_repeating_flags=(--dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--name --version --message -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion rollback -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '--version')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion rollback -- --version "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '--message')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion rollback -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_logs() {
    repeating_flags=()
    non_repeating_flags=(-f --follow --build -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--tail --since --until --level --version --request -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--tail')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--level')
        __hks-func_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''warn'$'\n''error'$'\n''fatal'
        return
        ;;
    '--version')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion logs -- --version "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '--request')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion logs -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion logs -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_invoke() {
    repeating_flags=()
    non_repeating_flags=(--async --wait -i --include --fail -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(-H --header --query)
    non_repeating_options=(-d --data -f --file -X -m --method -p --path --content-type --event --request --tag --version --timeout -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-d'|'--data')
        return
        ;;
    '-f'|'--file')
        __hks-func_add_completions -f
        return
        ;;
    '-X'|'-m'|'--method')
        return
        ;;
    '-p'|'--path')
        return
        ;;
    '-H'|'--header')
        return
        ;;
    '--query')
        return
        ;;
    '--content-type')
        return
        ;;
    '--event')
        return
        ;;
    '--request')
        __hks-func_add_completions -f
        return
        ;;
    '--tag')
        return
        ;;
    '--version')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invoke -- --version "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '--timeout')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invoke -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invoke -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_list() {
    repeating_flags=()
    non_repeating_flags=(-A --all-projects --all-namespaces -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--label)
    non_repeating_options=(--limit -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--limit')
        return
        ;;
    '--label')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion list -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_describe() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion describe -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion describe -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_delete() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --force --ignore-not-found --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion delete -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion delete -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_versions() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|describe|activate)
        # Offer subcommand argument completions
        "_hks-func_versions_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list describe activate' -- "${cur}"))
        ;;
    esac
}

_hks-func_versions_list() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--limit -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--limit')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions list -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions list -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_versions_describe() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions describe -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions describe -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions describe -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_versions_activate() {
    repeating_flags=()
    non_repeating_flags=(--dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions activate -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions activate -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion versions activate -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_traffic() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|set)
        # Offer subcommand argument completions
        "_hks-func_traffic_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show set' -- "${cur}"))
        ;;
    esac
}

_hks-func_traffic_show() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion traffic show -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion traffic show -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_traffic_set() {
    repeating_flags=()
    non_repeating_flags=(--latest --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--tag)
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--tag')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion traffic set -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_triggers() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|describe|create|update|delete|fire)
        # Offer subcommand argument completions
        "_hks-func_triggers_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list describe create update delete fire' -- "${cur}"))
        ;;
    esac
}

_hks-func_triggers_list() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers list -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers list -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_triggers_describe() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers describe -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers describe -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers describe -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_triggers_create() {
    repeating_flags=()
    non_repeating_flags=(--enabled --disabled --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--config)
    non_repeating_options=(--type --path --methods --auth --cron --timezone --event-type --event-source --name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--type')
        __hks-func_add_completions -W 'http'$'\n''schedule'$'\n''event'$'\n''messagequeue'$'\n''timer'
        return
        ;;
    '--config')
        return
        ;;
    '--path')
        return
        ;;
    '--methods')
        return
        ;;
    '--auth')
        __hks-func_add_completions -W 'public'$'\n''jwt'$'\n''token'
        return
        ;;
    '--cron')
        return
        ;;
    '--timezone')
        return
        ;;
    '--event-type')
        return
        ;;
    '--event-source')
        return
        ;;
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers create -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers create -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_triggers_update() {
    repeating_flags=()
    non_repeating_flags=(--enabled --disabled --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--config --unset-config)
    non_repeating_options=(--type --path --methods --auth --cron --timezone --event-type --event-source --name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--type')
        __hks-func_add_completions -W 'http'$'\n''schedule'$'\n''event'$'\n''messagequeue'$'\n''timer'
        return
        ;;
    '--config')
        return
        ;;
    '--path')
        return
        ;;
    '--methods')
        return
        ;;
    '--auth')
        __hks-func_add_completions -W 'public'$'\n''jwt'$'\n''token'
        return
        ;;
    '--cron')
        return
        ;;
    '--timezone')
        return
        ;;
    '--event-type')
        return
        ;;
    '--event-source')
        return
        ;;
    '--unset-config')
        return
        ;;
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers update -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers update -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers update -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_triggers_delete() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --ignore-not-found --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers delete -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers delete -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers delete -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_triggers_fire() {
    repeating_flags=()
    non_repeating_flags=(--fail -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-d --data -f --file --timeout --name -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-d'|'--data')
        return
        ;;
    '-f'|'--file')
        __hks-func_add_completions -f
        return
        ;;
    '--timeout')
        return
        ;;
    '--name')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers fire -- --name "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers fire -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion triggers fire -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_invocations() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|status)
        # Offer subcommand argument completions
        "_hks-func_invocations_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list status' -- "${cur}"))
        ;;
    esac
}

_hks-func_invocations_list() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--limit --status -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--limit')
        return
        ;;
    '--status')
        __hks-func_add_completions -W 'pending'$'\n''running'$'\n''completed'$'\n''failed'$'\n''timeout'
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invocations list -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invocations list -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_invocations_status() {
    repeating_flags=()
    non_repeating_flags=(--wait --fail -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--timeout -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--timeout')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invocations status -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion invocations status -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_metrics() {
    repeating_flags=()
    non_repeating_flags=(-w --watch -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--since --until --resolution --version --interval -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--resolution')
        return
        ;;
    '--version')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion metrics -- --version "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '--interval')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion metrics -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion metrics -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_events() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--limit --since -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--limit')
        return
        ;;
    '--since')
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion events -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion events -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_secrets() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    set|list|delete)
        # Offer subcommand argument completions
        "_hks-func_secrets_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'set list delete' -- "${cur}"))
        ;;
    esac
}

_hks-func_secrets_set() {
    repeating_flags=()
    non_repeating_flags=(--keep-newline --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--from-file --from-env-file -c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--from-file')
        __hks-func_add_completions -f
        return
        ;;
    '--from-env-file')
        __hks-func_add_completions -f
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion secrets set -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion secrets set -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_secrets_list() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion secrets list -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_secrets_delete() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --force --ignore-not-found --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion secrets delete -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion secrets delete -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_platform() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    start|stop|status|serve|reset)
        # Offer subcommand argument completions
        "_hks-func_platform_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'start stop status serve reset' -- "${cur}"))
        ;;
    esac
}

_hks-func_platform_start() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--data-dir --port --listen --rate-limits --cors-origins -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--data-dir')
        __hks-func_add_completions -d
        return
        ;;
    '--port')
        return
        ;;
    '--listen')
        return
        ;;
    '--rate-limits')
        return
        ;;
    '--cors-origins')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_platform_stop() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--data-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--data-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_platform_status() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--data-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--data-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_platform_serve() {
    repeating_flags=()
    non_repeating_flags=(--debug --debug-wait --write-vscode -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--debug-function)
    non_repeating_options=(--data-dir --port --listen --rate-limits --cors-origins --debug-port -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--data-dir')
        __hks-func_add_completions -d
        return
        ;;
    '--port')
        return
        ;;
    '--listen')
        return
        ;;
    '--rate-limits')
        return
        ;;
    '--cors-origins')
        return
        ;;
    '--debug-port')
        return
        ;;
    '--debug-function')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_platform_reset() {
    repeating_flags=()
    non_repeating_flags=(-y --yes --dry-run -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--data-dir -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--data-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_context() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|use|add|remove|show)
        # Offer subcommand argument completions
        "_hks-func_context_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list use add remove show' -- "${cur}"))
        ;;
    esac
}

_hks-func_context_list() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_context_use() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion context use -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_context_add() {
    repeating_flags=()
    non_repeating_flags=(--token-stdin --offline --force -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--endpoint --organization --workspace -n --project --namespace --source-encoding --token-env -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--endpoint')
        return
        ;;
    '--organization')
        return
        ;;
    '--workspace')
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '--source-encoding')
        __hks-func_add_completions -W 'raw'$'\n''base64'
        return
        ;;
    '--token-env')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_context_remove() {
    repeating_flags=()
    non_repeating_flags=(-y --yes -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion context remove -- positional@0 "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_hks-func_context_show() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -n --project --namespace -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion context show -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-n'|'--project'|'--namespace')
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_login() {
    repeating_flags=()
    non_repeating_flags=(--token-stdin --api-key-stdin --paste --no-browser -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(--token-file --provider -c --context -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--token-file')
        __hks-func_add_completions -f
        return
        ;;
    '--provider')
        __hks-func_add_completions -W 'google'$'\n''github'$'\n''local'
        return
        ;;
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion login -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_logout() {
    repeating_flags=()
    non_repeating_flags=(--all -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion logout -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_whoami() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-c --context -o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-c'|'--context')
        __hks-func_add_completions -W "$(__hks-func_custom_complete ---completion whoami -- --context "${COMP_CWORD}" "$(__hks-func_cursor_index_in_current_word)")"
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_config() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __hks-func_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    view|get|set|unset|explain)
        # Offer subcommand argument completions
        "_hks-func_config_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'view get set unset explain' -- "${cur}"))
        ;;
    esac
}

_hks-func_config_view() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_config_get() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W 'context'$'\n''endpoint'$'\n''workspace'$'\n''project'$'\n''sourceEncoding'$'\n''output'$'\n''color'$'\n''platform.port'$'\n''platform.rateLimits'$'\n''platform.dataDir'$'\n''platform.corsOrigins'
        return
        ;;
    esac
}

_hks-func_config_set() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W 'context'$'\n''endpoint'$'\n''workspace'$'\n''project'$'\n''sourceEncoding'$'\n''output'$'\n''color'$'\n''platform.port'$'\n''platform.rateLimits'$'\n''platform.dataDir'$'\n''platform.corsOrigins'
        return
        ;;
    esac
}

_hks-func_config_unset() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W 'context'$'\n''endpoint'$'\n''workspace'$'\n''project'$'\n''sourceEncoding'$'\n''output'$'\n''color'$'\n''platform.port'$'\n''platform.rateLimits'$'\n''platform.dataDir'$'\n''platform.corsOrigins'
        return
        ;;
    esac
}

_hks-func_config_explain() {
    repeating_flags=()
    non_repeating_flags=(--function --show-values -q --quiet -v --verbose --no-input -h --help)
    repeating_options=(--env-file)
    non_repeating_options=(--profile --project-dir -o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--profile')
        return
        ;;
    '--env-file')
        __hks-func_add_completions -f
        return
        ;;
    '--project-dir')
        __hks-func_add_completions -d
        return
        ;;
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W 'context'$'\n''endpoint'$'\n''workspace'$'\n''project'$'\n''sourceEncoding'$'\n''output'$'\n''color'$'\n''platform.port'$'\n''platform.rateLimits'$'\n''platform.dataDir'$'\n''platform.corsOrigins'
        return
        ;;
    esac
}

_hks-func_doctor() {
    repeating_flags=()
    non_repeating_flags=(--fix -q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_completion() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __hks-func_add_completions -W 'bash'$'\n''zsh'$'\n''fish'
        return
        ;;
    esac
}

_hks-func_explain() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_version() {
    repeating_flags=()
    non_repeating_flags=(-q --quiet -v --verbose --no-input -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --color)
    __hks-func_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __hks-func_add_completions -W 'human'$'\n''json'$'\n''yaml'$'\n''name'$'\n''jsonl'
        return
        ;;
    '--color')
        __hks-func_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_hks-func_help() {
    :
}

complete -o filenames -F _hks-func hks-func
