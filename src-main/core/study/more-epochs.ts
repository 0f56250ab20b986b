import type { TrialRecord } from '../trial/trial.ts'
import type { SpaceSpecification } from './space-specification.ts'

/** The parameter that counts epochs, in built-in tasks and by custom in programs. */
const EPOCHS = 'epochs'
const FACTOR = 2
/** What tasks take at most. */
const MAX_EPOCHS = 10_000

/** The epochs of a whole training of a trial; null where its study has none that could be more. */
export function epochsOf(
  space: SpaceSpecification,
  { parameters }: Pick<TrialRecord, 'parameters'>,
): number | null {
  const specification = space[EPOCHS]
  if (spaceWithMoreEpochs(space) === null || specification === undefined) return null
  const fixed =
    'fixed' in specification && specification.when === undefined ? specification.fixed : undefined
  const epochs = parameters[EPOCHS] ?? fixed
  return typeof epochs === 'number' ? epochs : null
}

/** The space with twice as many epochs, or twice as many at most; null where it has none, or they are a list, or no more are possible. */
export function spaceWithMoreEpochs(space: SpaceSpecification): SpaceSpecification | null {
  const epochs = space[EPOCHS]
  if (epochs === undefined) return null
  const raised = (count: number): number => Math.min(MAX_EPOCHS, FACTOR * count)
  if ('fixed' in epochs && typeof epochs.fixed === 'number' && epochs.fixed < MAX_EPOCHS) {
    return { ...space, [EPOCHS]: { ...epochs, fixed: raised(epochs.fixed) } }
  }
  if ('int' in epochs && epochs.int[1] < MAX_EPOCHS) {
    const [low, high] = epochs.int
    return { ...space, [EPOCHS]: { ...epochs, int: [low, raised(high)] } }
  }
  return null
}
