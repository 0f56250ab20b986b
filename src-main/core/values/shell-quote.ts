/** One word of a POSIX shell, whatever characters it holds. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
