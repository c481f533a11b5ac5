/** Shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** How completion is set up, one line a shell. */
export const SET_UP: Readonly<Record<Shell, string>> = {
  bash: `echo 'eval "$(orch autocomplete bash)"' >> ~/.bashrc`,
  zsh: `echo 'eval "$(orch autocomplete zsh)"' >> ~/.zshrc`,
  fish: 'mkdir -p ~/.config/fish/completions && orch autocomplete fish > ~/.config/fish/completions/orch.fish',
}

/**
 * Each asks `orch complete SHELL WORDS…` at every key press. Its answer is `:files` or `:folders`, which the shell knows better,
 * or one word a line; for zsh and fish a tab and what it means behind it.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_orch_complete() {
  local answer
  mapfile -t answer < <(orch complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  case "\${answer[0]}" in
    :files) compopt -o default ;;
    :folders) compopt -o dirnames ;;
    *)
      COMPREPLY=("\${answer[@]}")
      case "\${COMPREPLY[*]}" in *,|*=) compopt -o nospace ;; esac
      ;;
  esac
}
complete -F _orch_complete orch
`,
  zsh: `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_orch_complete() {
  local -a answer words_ about
  local line
  answer=("\${(@f)$(orch complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case "$answer[1]" in
    '') return 1 ;;
    :files) _files; return ;;
    :folders) _files -/; return ;;
  esac
  for line in "$answer[@]"; do
    words_+=("\${line%%$'\\t'*}")
    if [[ $line == *$'\\t'* ]]; then about+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}"); else about+=("$line"); fi
  done
  compadd -l -d about -a words_
}
compdef _orch_complete orch
`,
  fish: `function __orch_complete
    set -l typed (commandline -opc)
    set -l answer (orch complete fish $typed[2..] (commandline -ct) 2>/dev/null)
    switch "$answer[1]"
        case :files
            __fish_complete_path (commandline -ct)
        case :folders
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $answer
    end
end
complete -c orch -f -a '(__orch_complete)'
`,
}
