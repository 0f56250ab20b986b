import { describe, expect, it } from 'vitest'
import { OutputLines } from '../../../../src-main/platform/user-code/output-lines.ts'
import { RedactedLines } from '../../../../src-main/platform/user-code/redacted-lines.ts'

const LONGEST_LINE = 65_536
const secret = 'supersecretvalue12345'
const variables = { API_TOKEN: secret, REPEATED_KEY: 'zzzzzz', PLAIN: 'visible' }
/** Of well-known forms, which no variable holds. */
const tokens = {
  github: `ghp_${'a1'.repeat(18)}`,
  web: `eyJ${'h'.repeat(2_000)}.${'p'.repeat(3_000)}.${'s'.repeat(300)}`,
  assigned: 'password="words of several kinds"',
  inAddress: 'https://name:hidden-word@example.org/',
}

/** What is logged of a text that comes in chunks. */
function logged(text: string, chunkBytes: number, isEnded = true): string[] {
  const lines = new OutputLines()
  const redactedLines = new RedactedLines(variables)
  const bytes = Buffer.from(isEnded ? `${text}\n` : text)
  const written: string[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes)
    written.push(...redactedLines.take(lines.add(bytes.subarray(at, at + chunkBytes))))
  return [...written, ...redactedLines.take(lines.end()), ...redactedLines.end()]
}

describe('secrets where a long line is cut', () => {
  it.each([1, 3, 10, 20, 21])('a value that %i characters of are before the cut', before => {
    for (const chunkBytes of [1_000_000, 4_096]) {
      const text = `${'x'.repeat(LONGEST_LINE - before)}${secret}${'y'.repeat(100)}`
      expect(logged(text, chunkBytes).join('')).toBe(text.replace(secret, '[redacted]'))
    }
  })

  it.each(Object.entries(tokens))('a token: %s', (_, token) => {
    for (const before of [1, 5, 30]) {
      const text = `${'x '.repeat(LONGEST_LINE)}`.slice(0, LONGEST_LINE - before)
      const log = logged(`${text} ${token} ${'y'.repeat(100)}`, 8_192).join('')
      for (const hidden of ['a1a1', 'hhh', 'ppp', 'sss', 'several', 'hidden-word'])
        expect(log).not.toContain(hidden)
      expect(log).toContain('[redacted]')
      expect(log).toContain('y'.repeat(100))
    }
  })

  it('a line without an end is logged whole at the end of the output', () => {
    const text = `${'x'.repeat(LONGEST_LINE)}${secret}`
    expect(logged(text, 10_000, false).join('')).toBe(`${'x'.repeat(LONGEST_LINE)}[redacted]`)
    const exact = 'x'.repeat(LONGEST_LINE + 1)
    expect(logged(exact, exact.length, false).join('')).toBe(exact)
  })

  it('what is one secret after the other goes on being written', () => {
    const repeated = 'z'.repeat(10 * LONGEST_LINE)
    const log = logged(repeated, 65_536)
    expect(log.join('')).not.toMatch(/z{6}/)
    expect(log.length).toBeGreaterThan(5)
    const endless = `sk-${'q'.repeat(10 * LONGEST_LINE)}`
    expect(logged(endless, 65_536).length).toBeGreaterThan(5)
  })
})
