/** A command of one line as its words, with the variables that stand before it. */
export interface SplitCommand {
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

const assignment = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/s

/**
 * Splits a command as a shell does: by blanks, with quotes, and over lines that end with a backslash. A backslash elsewhere only escapes
 * blanks, quotes and itself: paths of Windows have others.
 * @returns null for what is no single command of several words: other lines, or signs that a shell itself acts on
 */
export function splitCommand(text: string): SplitCommand | null {
  const line = text.trim().replaceAll(/[ \t]*[\\^`][ \t]*\r?\n\s*/g, ' ')
  if (/[\r\n]/.test(line)) return null
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const sign = line.charAt(at)
    const next = line.charAt(at + 1)
    if (quote !== '') {
      if (sign === quote) quote = ''
      else if (sign === '\\' && quote === '"' && (next === '"' || next === '\\')) {
        word = `${word ?? ''}${next}`
        at++
      } else word = `${word ?? ''}${sign}`
    } else if (sign === '"' || sign === "'") {
      quote = sign
      word ??= ''
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word)
      word = null
    } else if (/[|&;<>$`]/.test(sign)) return null
    else if (sign === '\\' && /[\s"'\\]/.test(next)) {
      word = `${word ?? ''}${next}`
      at++
    } else word = `${word ?? ''}${sign}`
  }
  if (quote !== '') return null
  if (word !== null) words.push(word)
  const first = words.findIndex(candidate => !assignment.test(candidate))
  if (first < 0 || words.length - first < 2) return null
  const variables = words.slice(0, first).map(candidate => {
    const { name = '', value = '' } = assignment.exec(candidate)?.groups ?? {}
    return [name, value] as const
  })
  return { words: words.slice(first), environment: Object.fromEntries(variables) }
}
