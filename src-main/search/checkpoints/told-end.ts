import { resumesByItself } from '../../contract/saves-checkpoints.ts'
import type { Proposal } from '../../contract/search-protocol.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import type { TrialSnapshot } from '../../contract/trial.ts'
import { resolveOptions } from '../options.ts'
import { prunerContext } from '../pruner-metrics.ts'
import { pruners } from '../pruners/registry.ts'

/**
 * The step at which a new trial ends, if that is known before it starts. A training of ours is stopped where the pruner says;
 * code of the user is told the next rung, so that it has saved when it ends there.
 * @param trials all, by number, without the new one
 * @returns undefined: its parameters and the pruner decide as it goes
 */
export function toldEnd(
  specification: StudySpecification,
  number: number,
  { parameters, origin, untilStep }: Proposal,
  trials: readonly TrialSnapshot[],
): number | undefined {
  if (!resumesByItself(specification.objective)) return untilStep
  const resolved = resolveOptions('pruner', pruners, specification.pruner)
  if (!resolved.ok) return untilStep
  const pruner = resolved.definition.create(resolved.options, prunerContext(specification))
  const trial: TrialSnapshot = {
    ...{ number, state: 'running', parameters, values: [], reports: [] },
    ...(origin === undefined ? {} : { origin }),
  }
  const rung = pruner.nextRung?.({ trial, others: trials })
  if (rung === undefined) return untilStep
  return Math.min(rung, untilStep ?? Number.POSITIVE_INFINITY)
}
