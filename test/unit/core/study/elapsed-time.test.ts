import { expect, it } from 'vitest'
import { elapsedAt } from '../../../../src-main/core/study/elapsed-time.ts'

it('goes on from the last count, never back, and not far where the process stood still', () => {
  const counted = { elapsedMs: 5_000, atMs: 100_000 }
  expect(elapsedAt(counted, 101_500)).toBe(6_500)
  expect(elapsedAt(counted, 99_000)).toBe(5_000)
  expect(elapsedAt(counted, 200_000)).toBe(15_000)
  expect(elapsedAt({ ...counted, atMs: null }, 200_000)).toBe(5_000)
})
