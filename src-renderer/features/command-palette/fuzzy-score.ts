/**
 * How well a text fits what a person typed, larger is better; null: not at all. Every word that was typed must fit: as a part of the
 * text, or as letters each of which continues a run or begins a word of it (`parco`: **par**allel **co**ordinates), or with one slip
 * (`improtance`).
 */
export function fuzzyScore(text: string, typed: string): number | null {
  const lower = text.toLowerCase()
  let total = 0
  for (const word of typed.toLowerCase().split(/\s+/)) {
    const score = word === '' ? 0 : wordScore(lower, word)
    if (score === null) return null
    total += score
  }
  // Of texts that fit alike the shorter one was meant.
  return total - text.length / 1_000
}

function wordScore(text: string, word: string): number | null {
  if (text === word) return 5
  for (let index = text.indexOf(word); index >= 0; index = text.indexOf(word, index + 1)) {
    if (beginsWord(text, index)) return index === 0 ? 4 : 3
  }
  if (text.includes(word)) return 2
  if (isAbbreviation(text, word)) return 1
  return hasSlip(text, word) ? 0.5 : null
}

function beginsWord(text: string, index: number): boolean {
  return index === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(index - 1))
}

/** @param from where the next letter may continue a run; −1: it has to begin a word */
function isAbbreviation(text: string, word: string, from = -1): boolean {
  if (word === '') return true
  const [letter = ''] = word
  const rest = word.slice(letter.length)
  if (from >= 0 && text.startsWith(letter, from)) {
    if (isAbbreviation(text, rest, from + letter.length)) return true
  }
  for (let index = text.indexOf(letter, Math.max(0, from)); index >= 0;) {
    if (beginsWord(text, index) && isAbbreviation(text, rest, index + letter.length)) return true
    index = text.indexOf(letter, index + 1)
  }
  return false
}

/** Shorter words are too many things with one letter changed. */
const MIN_SLIP_LENGTH = 4

/** One letter too many, missing, replaced, or two neighbors exchanged, at the beginning of a word of the text. */
function hasSlip(text: string, word: string): boolean {
  if (word.length < MIN_SLIP_LENGTH) return false
  return text.split(/[^\p{L}\p{N}]+/u).some(part => {
    const first = firstDifference(part, word)
    if (first === word.length) return true
    const [inPart, inWord] = [part.slice(first), word.slice(first)]
    return (
      inPart.startsWith(inWord.slice(1)) ||
      inPart.slice(1).startsWith(inWord) ||
      (inPart.length > 0 && inPart.slice(1).startsWith(inWord.slice(1))) ||
      (inPart.length > 1 &&
        inWord.length > 1 &&
        inPart.startsWith(`${inWord.charAt(1)}${inWord.charAt(0)}`) &&
        inPart.slice(2).startsWith(inWord.slice(2)))
    )
  })
}

function firstDifference(a: string, b: string): number {
  let index = 0
  while (index < b.length && a.charAt(index) === b.charAt(index)) index++
  return index
}
