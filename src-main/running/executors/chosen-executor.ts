import { ownValue } from '../../core/values/named-values.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import { defaultExecutor, executors, type RegisteredExecutor } from './registry.ts'

type WithExecutor = Partial<Pick<StudySpecification, 'executor'>>

/** The executor of a study with its options, as its definition reads them. */
export interface ChosenExecutor extends RegisteredExecutor {
  readonly options: unknown
}

/** All that a checked study names, defaults filled in; the default alone where it names none. */
function namedExecutors({ executor }: WithExecutor): readonly ChosenExecutor[] {
  const entries = executor ?? { [defaultExecutor.definition.name]: {} }
  return executors.flatMap(executorEntry => {
    const entry = ownValue(entries, executorEntry.definition.name)
    if (entry === undefined) return []
    return [{ ...executorEntry, options: executorEntry.definition.optionsSchema.parse(entry) }]
  })
}

/** The executor of a checked study. One that runs trials on this computer beside another executor has that other one. */
export function chosenExecutor(specification: WithExecutor): ChosenExecutor {
  const named = namedExecutors(specification)
  const chosen = named.find(({ definition }) => definition !== defaultExecutor.definition)
  return chosen ?? (named[0] as ChosenExecutor)
}

/** How many trials at once run on this computer beside those of another executor; null: none. */
export function mixedLocalSlots(
  specification: WithExecutor & Pick<StudySpecification, 'parallelTrials'>,
): number | null {
  const named = namedExecutors(specification)
  const localExecutor = named.find(({ definition }) => definition === defaultExecutor.definition)
  if (localExecutor === undefined || named.length === 1) return null
  return Math.min(
    localExecutor.definition.capacity(localExecutor.options),
    specification.parallelTrials,
  )
}

/** Whether trials of a study use memory, GPUs and trainers of this computer. */
export function runsLocally(specification: WithExecutor): boolean {
  return namedExecutors(specification).some(({ definition }) => !definition.runsElsewhere)
}

/** What trust in the code of a study also covers. */
export function trustedLines(specification: WithExecutor): readonly string[] {
  const { definition, options } = chosenExecutor(specification)
  return definition.trustedLines?.(options) ?? []
}
