import type { SentencePattern } from '../v0007/sentence-pattern.ts'

/** Why a column of a table is not used, and what looks odd about one. */
export const datasetPatterns: readonly SentencePattern[] = [
  ['dataset.ignored.decidesSplit', 'decides the split'],
  ['dataset.ignored.named', 'named in ignore'],
  ['dataset.ignored.empty', 'no values'],
  ['dataset.ignored.constant', 'the same value in every row'],
  ['dataset.ignored.differs', 'text that differs in every row'],
  ['dataset.ignored.manyTexts', 'more than {limit} different texts'],
  [
    'dataset.warning.counts',
    'column {column:text} counts the rows; list it in ignore if it is a row number',
  ],
  [
    'dataset.warning.typing',
    'column {column:text} is text because {texts} of {values} values are no numbers, first {value:json} on line {line}',
  ],
]
