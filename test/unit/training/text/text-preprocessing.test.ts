import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../../../../src-main/training/text/decode-utf8.ts'
import {
  applyTextPreprocessing,
  fitTextPreprocessing,
  type StoredTexts,
  type TextSettings,
} from '../../../../src-main/training/text/text-preprocessing.ts'
import { tokenize } from '../../../../src-main/training/text/tokens.ts'

describe('decodeUtf8', () => {
  it('is what the platform decodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const bytes = new TextEncoder().encode(`é${text}`)
        const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(2))
        expect(decodeUtf8(bytes, 2, bytes.length, 1e9)).toBe(expected)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('stops after as many code points as asked for', () => {
    const bytes = new TextEncoder().encode('a😀中é')
    expect(decodeUtf8(bytes, 0, bytes.length, 3)).toBe('a😀中')
  })

  it('decodes long texts', () => {
    const text = '中文ab'.repeat(5_000)
    const bytes = new TextEncoder().encode(text)
    expect(decodeUtf8(bytes, 0, bytes.length, 1e9)).toBe(text)
  })
})

describe('tokenize', () => {
  const cases: [string, 'words' | 'characters', string[]][] = [
    ["Don't pay $1,000!", 'words', ['don', "'", 't', 'pay', '$', '1', ',', '000', '!']],
    ['ÜBER straße', 'words', ['über', 'straße']],
    ['ﬁne ＡＢ', 'words', ['fine', 'ab']],
    ['नमस्ते दुनिया', 'words', ['नमस्ते', 'दुनिया']],
    ['调参 匠', 'characters', ['调', '参', ' ', '匠']],
    ['a😀', 'characters', ['a', '😀']],
    ['  \n', 'words', []],
    ['', 'characters', []],
  ]
  it.each(cases)('cuts %j into %s', (text, kind, tokens) => {
    expect(tokenize(text, kind, 100)).toEqual(tokens)
  })

  it('makes no more tokens than asked for', () => {
    expect(tokenize('a b c', 'words', 2)).toEqual(['a', 'b'])
    expect(tokenize('abc', 'characters', 2)).toEqual(['a', 'b'])
  })
})

function store(...texts: string[]): StoredTexts {
  const parts = texts.map(text => new TextEncoder().encode(text))
  const offsets = [0]
  for (const part of parts) offsets.push((offsets.at(-1) ?? 0) + part.length)
  return {
    bytes: Uint8Array.from(parts.flatMap(part => [...part])),
    offsets: Int32Array.from(offsets),
  }
}

describe('text preprocessing', () => {
  const texts = store('b a a', 'c a b d', 'b x y z', '')
  const settings: TextSettings = { tokens: 'words', vocabularySize: 4, length: 3 }
  const fitted = fitTextPreprocessing(settings, texts, Int32Array.of(0, 1))

  it('learns the most frequent tokens of the training texts, of the part that is read', () => {
    // a 3, b 2, c 1; d is the fourth token of its text.
    expect(fitted.vocabulary).toEqual(['a', 'b'])
    const all = fitTextPreprocessing(
      { ...settings, vocabularySize: 99 },
      texts,
      Int32Array.of(0, 1),
    )
    expect(all.vocabulary).toEqual(['a', 'b', 'c'])
  })

  it('numbers tokens, pads before and cuts behind', () => {
    const inputs = applyTextPreprocessing(fitted, texts, Int32Array.of(3, 2, 0))
    expect([...inputs]).toEqual([0, 0, 0, 3, 1, 1, 3, 2, 2])
  })

  it('is the same after it went through JSON', () => {
    const copy = JSON.parse(JSON.stringify(fitted)) as typeof fitted
    const rows = Int32Array.of(0, 1, 2, 3)
    expect(applyTextPreprocessing(copy, texts, rows)).toEqual(
      applyTextPreprocessing(fitted, texts, rows),
    )
  })
})
