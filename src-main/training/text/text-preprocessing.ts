import { z } from 'zod'
import { decodeUtf8 } from './decode-utf8.ts'
import { tokenize, type TokenKind } from './tokens.ts'

export interface TextSettings {
  readonly tokens: TokenKind
  /** Numbers that tokens may have, padding and unknown included. */
  readonly vocabularySize: number
  /** Tokens per text; what is longer is cut. */
  readonly length: number
}

/** The way from texts to inputs; everything that prediction needs. */
export const textPreprocessingSchema = z.strictObject({
  settings: z.strictObject({
    tokens: z.enum(['words', 'characters']),
    vocabularySize: z.int().min(1),
    length: z.int().min(1),
  }),
  /** Tokens by frequency; the first has the number `firstToken`. */
  vocabulary: z.array(z.string()),
})

export interface TextPreprocessing {
  readonly settings: TextSettings
  readonly vocabulary: readonly string[]
}

/** Before a text that is shorter than the length. */
const PADDING_NUMBER = 0
/** A token that is not in the vocabulary. */
const UNKNOWN_NUMBER = 1
/** Numbers from here on are those of the vocabulary. */
const FIRST_TOKEN = 2

/** Only this much of a text is looked at, so that a megabyte without a word costs nothing. */
const POINTS_PER_TOKEN = 64

/** Texts as the ingest process stored them. */
export interface StoredTexts {
  /** UTF-8, one after the other. */
  readonly bytes: Uint8Array
  /** Where every text begins, and the end: rows + 1. */
  readonly offsets: Int32Array
}

/**
 * The most frequent tokens of the training texts (of the part that is read: the first `length` tokens of
 * each); of equally frequent ones, those that sort first.
 */
export function fitTextPreprocessing(
  { tokens, vocabularySize, length }: TextSettings,
  texts: StoredTexts,
  trainingRows: Int32Array,
): TextPreprocessing {
  const settings = { tokens, vocabularySize, length }
  const counts = new Map<string, number>()
  for (const text of decodeRows(texts, trainingRows, settings.length)) {
    for (const token of tokenize(text, settings.tokens, settings.length)) {
      counts.set(token, (counts.get(token) ?? 0) + 1)
    }
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return {
    settings,
    vocabulary: byCount.slice(0, settings.vocabularySize - FIRST_TOKEN).map(([token]) => token),
  }
}

/**
 * Numbers of the tokens of every row, rows × length; a short text stands at the end, behind padding, so that
 * a recurrent cell reads it last.
 */
export function applyTextPreprocessing(
  { settings, vocabulary }: TextPreprocessing,
  texts: StoredTexts,
  rows: Int32Array,
): Float32Array {
  const { tokens: kind, length } = settings
  const numberOf = new Map(vocabulary.map((token, index) => [token, index + FIRST_TOKEN]))
  const inputs = new Float32Array(rows.length * length).fill(PADDING_NUMBER)
  let row = 0
  for (const text of decodeRows(texts, rows, length)) {
    const tokens = tokenize(text, kind, length)
    const start = (row + 1) * length - tokens.length
    for (const [at, token] of tokens.entries()) {
      inputs[start + at] = numberOf.get(token) ?? UNKNOWN_NUMBER
    }
    row++
  }
  return inputs
}

function* decodeRows(
  { bytes, offsets }: StoredTexts,
  rows: Int32Array,
  length: number,
): Generator<string> {
  const most = length * POINTS_PER_TOKEN
  for (const row of rows) {
    yield decodeUtf8(bytes, offsets[row] as number, offsets[row + 1] as number, most)
  }
}
