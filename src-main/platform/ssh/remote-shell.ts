/**
 * What a shell on a machine is told once, at the beginning of a connection: POSIX sh with `wc`, `tail`, `head`, `sleep`, and nothing of ours
 * installed. Scripts then come as lines up to the mark; each answers with its output, the mark and its exit code. A script that
 * ends with 75 ends the connection: bytes that it did not read must never be taken for a script.
 */
export function prelude(mark: string): string {
  const shellScript = `boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -d ' ' || echo -)
tw_nap() { sleep 0.02 2>/dev/null || sleep 1; }
tw_alive() {
  p= b= t=
  [ -f "$1/pid" ] && read -r p b t < "$1/pid"
  [ -n "$p" ] && [ "$b" = "$boot" ] && kill -0 "$p" 2>/dev/null || return 1
  [ "$t" != - ] || return 0
  read -r x < "/proc/$p/stat" || return 1
  set -- \${x##*) }
  [ "$1" != Z ] && [ "\${20}" = "$t" ]
}
tw_state() {
  [ -d "$1" ] || { echo absent; return; }
  a=gone
  if tw_alive "$1"; then a=running; fi
  if [ -f "$1/exit" ]; then read -r c < "$1/exit"; echo "ended $c"
  elif [ -f "$1/pid" ]; then echo "$a"
  elif [ -d "$1/started" ]; then echo starting
  else echo absent; fi
}
tw_tail() {
  s=0
  [ -f "$1" ] && s=$(wc -c < "$1")
  k=$((s - $2))
  [ "$k" -gt "$3" ] && k=$3
  [ "$k" -gt 0 ] || k=0
  echo "$k"
  if [ "$k" -gt 0 ]; then tail -c "+$(($2 + 1))" "$1" | head -c "$k"; fi
}
tw_wait() {
  n=$1; shift
  while [ "$n" -gt 0 ]; do
    for j; do [ -f "$j/exit" ] && return; done
    n=$((n - 1)); tw_nap
  done
}
tw_read() {
  while [ $# -ge 3 ]; do
    tw_state "$1"; tw_tail "$1/output" "$2" 262144; tw_tail "$1/errors" "$3" 262144
    shift 3
  done
}
tw_kill() { if tw_alive "$2"; then kill "-$1" "-$p" 2>/dev/null; fi; :; }
printf '\\n%s ready\\n' ${mark}
while :; do
  s=
  while :; do
    IFS= read -r l || exit 0
    [ "$l" = ${mark} ] && break
    s="$s$l
"
  done
  ( eval "$s" )
  r=$?
  printf '\\n%s %s\\n' ${mark} "$r"
  [ "$r" = 75 ] && exit 75
done
`
  return shellScript
}
