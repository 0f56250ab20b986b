/** Typing errors of up to this many letters are worth a suggestion. */
const mostEdits = 3

/** The known name that is fewest edits away, ignoring case; null if none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let fewest = Math.min(mostEdits, Math.floor(name.length / 2)) + 1
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (edits < fewest) {
      fewest = edits
      nearest = candidate
    }
  }
  return nearest
}

/** The sentence for a name that is not known. */
export function unknownNameRule(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  const suggestion = nearest === null ? '' : `; did you mean ${nearest}?`
  return `must be one of ${known.join(', ')}${suggestion}`
}

/** Insertions, deletions and replacements (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
