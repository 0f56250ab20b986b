import { solveLinearSystem } from '../../math/linear-system.ts'
import { clamp } from '../../math/numbers.ts'

/**
 * How many suspected labels are wrong, from probabilities of the labels as they were given, which may be wrong, for rows that the
 * model has not learned from.
 *
 * That a model gives a label little chance does not make it wrong: where classes overlap, the rarer one has little chance and is
 * right all the same. What tells the two apart is how sure a model is of the clearest rows of a class: wrong labels make it unsure
 * there, too, overlap does not. With T[i][j], the chance that a row of class i was labeled j, and p̃ the model's probabilities of
 * labels, those of classes follow from p̃ = Tᵀ p, and by Bayes' rule a label j is right with T[j][j] p[j] / p̃[j].
 *
 * G. Patrini, A. Rozza, A. K. Menon, R. Nock, L. Qu: Making deep neural networks robust to label noise: a loss correction approach.
 * CVPR 2017, arXiv:1609.03683: T is read off the clearest row of each class (theorem 3), of which they take the 97 % quantile of all
 * rows instead of the very clearest. Assumed are labels that go wrong by class alone, rows of each class that are clearly of it, and
 * probabilities that are calibrated.
 */

/**
 * The clearest row of a class is so far from the very clearest, as a share of the rows that are labeled so: with two classes of the
 * same size the published quantile, and within a class however rare it is.
 */
const CLEAR_SHARE = 0.06

/**
 * @param probabilities rows × classes
 * @param labels class of every row
 * @param suspected rows
 * @returns how many of those are expected to be wrong; null where the clearest rows do not tell the classes apart
 */
export function expectedWrongLabels(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  suspected: readonly number[],
): number | null {
  if (suspected.length === 0) return 0
  const transitions = labelTransitions(probabilities, labels, classes)
  if (transitions === null) return null
  const transposed = transitions.map((_, at) =>
    Float64Array.from(transitions, line => line[at] ?? 0),
  )
  const given = suspected.map(row => probabilities.subarray(row * classes, (row + 1) * classes))
  const cleaned = solveLinearSystem(transposed, given)
  if (cleaned === null) return null
  let wrong = 0
  for (const [at, row] of suspected.entries()) {
    const label = labels[row] as number
    const likelihood = (transitions[label]?.[label] ?? 0) * (cleaned[at]?.[label] ?? 0)
    const chance = given[at]?.[label] ?? 0
    wrong += 1 - (chance === 0 ? 0 : clamp(likelihood / chance, 0, 1))
  }
  return wrong
}

/** T, one line for each class; null where a class has no rows. */
function labelTransitions(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array[] | null {
  const counts = new Float64Array(classes)
  for (const label of Array.from(labels)) counts[label] = (counts[label] as number) + 1
  if (counts.includes(0)) return null
  const rows = Array.from({ length: labels.length }, (_, row) => row)
  return Array.from(counts, (count, of) => {
    const clearest = rows.toSorted(
      (a, b) =>
        (probabilities[b * classes + of] as number) - (probabilities[a * classes + of] as number),
    )
    const row = clearest[Math.floor(CLEAR_SHARE * count)] as number
    return probabilities.slice(row * classes, (row + 1) * classes)
  })
}
