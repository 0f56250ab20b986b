import type { DatasetFinding } from '../../core/data/dataset.ts'
import type { Split } from './split.ts'

/**
 * Rows that stand in two parts of a split: what is measured on them, a model has learned by heart.
 * @param firsts for every row the first one with the same content, itself if there is none before; test
 *   rows of their own follow the training rows
 * @param testOffset place of the first test row in `firsts`; 0 unless test rows are separate
 */
export function findLeaks(
  firsts: Int32Array,
  split: Split,
  testOffset: number,
): readonly DatasetFinding[] {
  const contents = (rows: Int32Array, offset = 0) =>
    new Set(Array.from(rows, row => firsts[row + offset] as number))
  const train = contents(split.train)
  const validation = contents(split.validation)
  const count = (rows: Int32Array, offset: number, other: ReadonlySet<number>) =>
    rows.reduce((sum, row) => sum + (other.has(firsts[row + offset] as number) ? 1 : 0), 0)
  const pairs = [
    ['train', 'validation', count(split.validation, 0, train), split.validation.length],
    ['train', 'test', count(split.test, testOffset, train), split.test.length],
    ['validation', 'test', count(split.test, testOffset, validation), split.test.length],
  ] as const
  return pairs.flatMap(([from, to, rows, of]) =>
    rows === 0 ? [] : [{ kind: 'duplicates' as const, from, to, rows, of }],
  )
}

/**
 * The same where training and validation rows are cut into folds: rows that stand twice among them, which may validate a model that has learned
 * from the other one, and rows that stand in the test split too.
 */
export function findFoldedLeaks(
  firsts: Int32Array,
  { train, validation, test }: Split,
  testOffset: number,
): readonly DatasetFinding[] {
  const times = new Map<number, number>()
  const folded = [...train, ...validation].map(row => firsts[row] as number)
  for (const first of folded) times.set(first, (times.get(first) ?? 0) + 1)
  const repeated = folded.filter(first => (times.get(first) ?? 0) > 1).length
  const tested = test.filter(row => times.has(firsts[row + testOffset] as number)).length
  return [
    ...(repeated === 0
      ? []
      : [{ kind: 'repeatedInFolds' as const, rows: repeated, of: folded.length }]),
    ...(tested === 0
      ? []
      : [
          {
            kind: 'duplicates' as const,
            from: 'train' as const,
            to: 'test' as const,
            rows: tested,
            of: test.length,
          },
        ]),
  ]
}
