import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createClassSource } from '../../src-main/training/data/table-source.ts'

const file = fileURLToPath(new URL('../../resources/samples/digits.csv', import.meta.url))
const pixels = 64
const classes = 10

/**
 * The 1,797 digits of 8 × 8 pixels between 0 and 1, split by row number i as the reference run does: i mod 4 = 0 and 1
 * train, 2 validates, 3 tests.
 */
export function loadDigits() {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(',').map(Number))
  const part = (remainders: readonly number[]) => {
    const chosen = rows.filter((_, index) => remainders.includes(index % 4))
    return createClassSource(
      Float32Array.from(chosen.flatMap(row => row.slice(0, pixels).map(value => value / 16))),
      pixels,
      Int32Array.from(chosen, row => row[pixels] as number),
      classes,
    )
  }
  return { training: part([0, 1]), validation: part([2]), test: part([3]) }
}
