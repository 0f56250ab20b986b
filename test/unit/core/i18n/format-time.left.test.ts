import { expect, it } from 'vitest'
import { formatTimeLeft } from '../../../../src-main/core/i18n/format-time.ts'

it.each([
  [0, '0 s'],
  [4_400, '4.0 s'],
  [58_000, '1 min'],
  [43_000, '45 s'],
  [128_000, '2 min 15 s'],
  [512_000, '8 min 30 s'],
  [622_000, '10 min'],
  [5_000_000, '1 h 25 min'],
])('a time left of %d ms is shown as %s', (durationMs, text) => {
  expect(formatTimeLeft(durationMs, 'en')).toBe(text)
})
