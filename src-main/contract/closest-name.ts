/**
 * The known name that a person most likely meant: the one with the fewest edits (insert, remove,
 * replace, swap neighbours; capital letters do not count), if at most a third of its letters differ.
 * Null if none is that close.
 */
export function closestName(written: string, known: readonly string[]): string | null {
  let closest: string | null = null
  let fewest = Number.POSITIVE_INFINITY
  for (const name of known) {
    if (Math.abs(name.length - written.length) > name.length / 3) continue
    const edits = editCount(written.toLowerCase(), name.toLowerCase())
    if (edits < fewest && edits <= Math.max(1, name.length / 3)) {
      closest = name
      fewest = edits
    }
  }
  return closest
}

/** The end of a rule about an unknown name: `; did you mean "stop"? known keys: …`. */
export function knownNames(written: string, known: readonly string[], label = 'known'): string {
  const closest = closestName(written, known)
  const meant = closest === null ? ';' : `; did you mean "${closest}"?`
  return `${meant} ${label}: ${known.join(', ') || 'none'}`
}

/** Optimal string alignment distance, row by row. */
function editCount(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let edits = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      )
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (row > 1 && column > 1 && swapped) {
        edits = Math.min(edits, (beforeLast[column - 2] as number) + 1)
      }
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return last[to.length] as number
}
