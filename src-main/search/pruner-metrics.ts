import { ownValue } from '../core/values/named-values.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { stepsOf } from '../core/study/training-steps.ts'
import { resolveOptions } from './options.ts'
import type { PrunerContext } from './pruners/pruner.ts'
import { pruners } from './pruners/registry.ts'
import { studyCapabilities } from './study-capabilities.ts'

/** The knowledge that a pruner of this study may have. */
export function prunerContext({
  name,
  goals,
}: Pick<StudySpecification, 'name' | 'goals'>): PrunerContext {
  const { direction } = goals[0] as StudySpecification['goals'][number]
  return { direction, goals, studyName: name }
}

/** The same for a pruner that judges trials. */
export function judgingContext(specification: StudySpecification): PrunerContext {
  const study = { specification, capabilities: studyCapabilities(specification) }
  return { ...prunerContext(specification), plannedSteps: trial => stepsOf(study, trial) }
}

/** The metrics beside the first goal's that the study's pruner looks at; none if its options are wrong. */
export function prunerMetrics(
  specification: Pick<StudySpecification, 'name' | 'goals' | 'pruner'>,
): readonly string[] {
  const resolved = resolveOptions('pruner', pruners, specification.pruner)
  if (!resolved.ok) return []
  return resolved.definition.metrics?.(resolved.options, prunerContext(specification)) ?? []
}

/** The values of these names, as far as there are any. */
export function pickMetrics(
  metrics: Readonly<Record<string, number>>,
  wanted: readonly string[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    wanted.flatMap(name =>
      Object.hasOwn(metrics, name) ? [[name, ownValue(metrics, name) as number]] : [],
    ),
  )
}
