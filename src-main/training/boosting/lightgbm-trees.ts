import type { Tree } from './tree.ts'

/**
 * Trees out of LightGBM's text (version 4), in its order. Rows run through them here: predicting a table with the library
 * costs a copy of every row, which a round of boosting cannot afford.
 */
export function readLightgbmTrees(text: string): readonly Tree[] {
  const [, ...parts] = text.split(/^Tree=\d+$/m)
  return parts.map(readTree)
}

/** `decision_type`: whether categories are compared, where a gap goes, and what a gap is. */
const CATEGORICAL = 1
const GAPS_LEFT = 2
const MISSING_SHIFT = 2
const MISSING_NAN = 2

function readTree(part: string): Tree {
  const lists = new Map<string, number[]>()
  for (const [, name = '', values = ''] of part.matchAll(/^(\w+)=(.*)$/gm)) {
    lists.set(name, values === '' ? [] : values.split(' ').map(toNumber))
  }
  const list = (name: string): readonly number[] => lists.get(name) ?? []
  const decisions = list('decision_type')
  const isCategorical = (node: number): boolean => ((decisions[node] ?? 0) & CATEGORICAL) !== 0
  const thresholds = list('threshold')
  return {
    features: list('split_feature'),
    thresholds,
    bins: [],
    gapsLeft: thresholds.map((threshold, node) => {
      const decision = decisions[node] ?? 0
      if (isCategorical(node)) return false
      const knowsGaps = decision >> MISSING_SHIFT === MISSING_NAN
      // Where training had none, a gap counts as 0.
      return knowsGaps ? (decision & GAPS_LEFT) !== 0 : threshold >= 0
    }),
    categories: thresholds.map((set, node) =>
      isCategorical(node) ? categoriesOf(set, list('cat_boundaries'), list('cat_threshold')) : null,
    ),
    leftBins: thresholds.map(() => null),
    left: list('left_child'),
    right: list('right_child'),
    gains: list('split_gain'),
    values: Float64Array.from(list('leaf_value')),
  }
}

/** As C++ writes it; a split of gaps from all numbers has a threshold of infinity. */
function toNumber(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text)
}

/** Numbers of the bits that are set in words of 32. */
function categoriesOf(
  set: number,
  boundaries: readonly number[],
  words: readonly number[],
): readonly number[] {
  return words.slice(boundaries[set], boundaries[set + 1]).flatMap((word, at) =>
    Array.from({ length: 32 }, (_, bit) => bit)
      .filter(bit => ((word >>> bit) & 1) === 1)
      .map(bit => 32 * at + bit),
  )
}
