/** What is the same in two texts that differ in case, blanks, and how their accents are encoded alone. */
export function spellingKey(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, '')
}

/** Texts that share a spelling key, in their order; those that are spelled in one way only are left out. */
export function spelledDifferently(texts: readonly string[]): readonly (readonly string[])[] {
  const bySpelling = new Map<string, string[]>()
  for (const text of texts) {
    const key = spellingKey(text)
    bySpelling.set(key, [...(bySpelling.get(key) ?? []), text])
  }
  return [...bySpelling.values()].filter(group => group.length > 1)
}
