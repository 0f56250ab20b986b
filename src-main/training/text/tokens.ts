/** How a text is cut: `words` (lower case; numbers and single signs too) or `characters`. */
export type TokenKind = 'words' | 'characters'

/** A run of letters with their marks, a run of digits, or any one sign that is no space. */
const word = /[\p{L}\p{M}]+|\p{N}+|[^\s]/gu

/**
 * The first tokens of a text. Compatible forms are one (NFKC: full-width letters, ligatures), so that what
 * looks alike is alike. Scripts without spaces (Chinese) are better cut into characters.
 * @param most no more are made, however long the text is
 */
export function tokenize(text: string, kind: TokenKind, most: number): string[] {
  const tokens: string[] = []
  const normal = text.normalize('NFKC').toLowerCase()
  if (kind === 'characters') {
    for (const character of normal) {
      if (tokens.length === most) break
      tokens.push(character)
    }
    return tokens
  }
  for (const [token] of normal.matchAll(word)) {
    if (tokens.length === most) break
    tokens.push(token)
  }
  return tokens
}
