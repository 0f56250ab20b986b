import type { BoosterTable } from '../../training/boosting/booster.ts'

/** Values of a table row by row, as both libraries read them fastest. */
export function rowMatrix(
  { rows: allRows, columns }: BoosterTable,
  from = 0,
  rows = allRows - from,
): Float64Array {
  const width = columns.length
  const matrix = new Float64Array(rows * width)
  for (const [at, { values }] of columns.entries()) {
    for (let row = 0; row < rows; row++) matrix[row * width + at] = values[from + row] as number
  }
  return matrix
}

const BLOCK_ROWS = 2 ** 16

/** Cuts rows into blocks, so that a matrix never holds all of them. */
export function blocksOf(rows: number): { readonly from: number; readonly rows: number }[] {
  return Array.from({ length: Math.ceil(rows / BLOCK_ROWS) }, (_, block) => {
    const from = block * BLOCK_ROWS
    return { from, rows: Math.min(BLOCK_ROWS, rows - from) }
  })
}

/**
 * Names that both libraries take: their files are JSON or lines of text, so marks of JSON and spaces become `_`; a name
 * that stands there already gets a number.
 */
export function featureNames({ columns }: BoosterTable): string[] {
  const usedNames = new Set<string>()
  return columns.map(({ name }) => {
    const plain = name.replace(/[\s"',:[\]{}<>\\\p{Cc}]/gu, '_') || '_'
    let unique = plain
    for (let number = 2; usedNames.has(unique); number++) unique = `${plain}_${number}`
    usedNames.add(unique)
    return unique
  })
}
