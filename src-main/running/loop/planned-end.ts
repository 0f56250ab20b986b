import { resumesByItself } from '../../core/objectives/checkpoint-support.ts'
import type { Proposal } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { defined } from '../../core/values/json.ts'
import { resolveOptions } from '../../search/options.ts'
import { prunerContext } from '../../search/pruner-metrics.ts'
import { pruners } from '../../search/pruners/registry.ts'
import { chosenExecutor } from '../executors/chosen-executor.ts'

/**
 * The step at which a new trial ends, if that is known before it starts. A training of ours here is stopped where the pruner says;
 * code of the user is told the next rung, so that it has saved when it ends there, and so is a training on another machine.
 * @param trials all, by number, without the new one
 * @returns undefined: its parameters and the pruner decide as it goes
 */
export function plannedEnd(
  specification: StudySpecification,
  number: number,
  { parameters, origin, untilStep }: Proposal,
  trials: readonly TrialSnapshot[],
): number | undefined {
  const isOwn = resumesByItself(specification.objective)
  const { stopsAtRungs } = chosenExecutor(specification).definition
  if (!isOwn && !stopsAtRungs) return untilStep
  const resolved = resolveOptions('pruner', pruners, specification.pruner)
  if (!resolved.ok) return untilStep
  const pruner = resolved.definition.create(resolved.options, prunerContext(specification))
  const trial: TrialSnapshot = {
    number,
    state: 'running',
    parameters,
    values: [],
    reports: [],
    ...defined({ origin }),
  }
  const rung = pruner.nextRung?.({ trial, others: trials })
  // How long a training of ours is, its parameters say.
  if (rung === undefined || (rung.isFull && !isOwn)) return untilStep
  // A trial that was at the last rung already, and is trained longer, has none before it.
  const start = origin === undefined || origin.mode === 'initialize' ? 0 : origin.step
  if (rung.step <= start) return untilStep
  return Math.min(rung.step, untilStep ?? Number.POSITIVE_INFINITY)
}
