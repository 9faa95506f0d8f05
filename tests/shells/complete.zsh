# Prints what zsh shows when a line is completed: complete.zsh FOLDER LINE, where FOLDER holds _preflint.
# A shell that is typed into says nowhere that it has answered: it has when it is silent for a second.
zmodload zsh/zpty
zpty shell zsh -f -i
answer() {
  local piece said='' silent=0
  while (( silent < 10 )); do
    piece=''
    if zpty -r -t shell piece; then
      said+=$piece
      silent=0
    else
      (( silent += 1 ))
      sleep 0.1
    fi
  done
  print -rn -- "$said"
}
zpty -w shell "PS1=''; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D; LISTMAX=1000; stty cols 200 rows 100; bindkey '^I' complete-word"
answer >/dev/null
zpty -w -n shell "$2"$'\t\t'
answer | sed -e $'s/\x1b\\[[0-9;?]*[a-zA-Z]//g' | tr -d '\r\a'
zpty -d shell
