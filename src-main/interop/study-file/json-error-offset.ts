/**
 * One JSON string, number, word or punctuation mark, as ECMA-404 defines them; \P{Cc} and \x7f-\x9f: of
 * the control characters only those below U+0020 are forbidden in strings.
 */
const TOKEN =
  /"(?:(?!["\\])[\P{Cc}\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/uy
const SPACE = /[ \t\n\r]*/y

/**
 * Where a text stops being JSON: the offset of the first token that cannot stand there (the length
 * of the text if it ends too early), or null if all of it is JSON. `JSON.parse` does not tell.
 */
export function jsonErrorOffset(text: string): number | null {
  let offset = 0

  function token(): string | null {
    SPACE.lastIndex = offset
    SPACE.test(text)
    offset = SPACE.lastIndex
    TOKEN.lastIndex = offset
    return TOKEN.exec(text)?.[0] ?? null
  }

  /** Takes the next token if it is `mark`. */
  function take(mark: string): boolean {
    const isNext = token() === mark
    if (isNext) offset += mark.length
    return isNext
  }

  /** Each of the following stops at the offending token and says false. */
  function value(): boolean {
    if (take('{')) return take('}') || (members() && take('}'))
    if (take('[')) return take(']') || (elements() && take(']'))
    const next = token()
    if (next === null || /^[\]},:]/.test(next)) return false
    offset += next.length
    return true
  }

  function members(): boolean {
    do {
      const name = token()
      if (!name?.startsWith('"')) return false
      offset += name.length
      if (!take(':') || !value()) return false
    } while (take(','))
    return true
  }

  function elements(): boolean {
    do {
      if (!value()) return false
    } while (take(','))
    return true
  }

  if (!value()) return offset
  return token() === null && offset === text.length ? null : offset
}
