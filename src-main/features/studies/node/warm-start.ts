import { AppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { isFinished } from '../../../core/trial/trial.ts'
import { mapTrials, missingMeasures } from '../../../search/earlier/map-trials.ts'
import { MIN_SOURCE_TRIALS } from '../../../search/warm-start/source-studies.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

/**
 * Looks up the studies that a new study learns from, and notes which of their trials there are: later ones
 * do not enter, so that the new study can be repeated and resumed.
 * @throws AppError `specification.invalid`: no such study, other goals or constraints, no trial that fits, too few to tell an order
 */
export function resolveWarmStart(
  reader: Pick<StudyReader, 'listStudies' | 'history'>,
  specification: StudySpecification,
): StudySpecification {
  if (specification.warmStart.length === 0) return specification
  const studies = reader.listStudies()
  const problems: Problem[] = []
  const warmStart = specification.warmStart.map((entry, index) => {
    const refuse = (key: 'study' | 'trials', rule: MessageDescriptor): typeof entry => {
      const value = problemValue(entry[key])
      problems.push({ path: ['warmStart', index, key], value, rule })
      return entry
    }
    const earlier = studies.find(({ name }) => name === entry.study)
    if (earlier === undefined || (entry.id ?? earlier.id) !== earlier.id)
      return refuse('study', msg('rule.noStudy'))
    const missing = missingMeasures(earlier.specification, specification)
    for (const rule of missing) refuse('study', rule)
    if (missing.length > 0) return entry
    const history = reader.history(earlier.id)
    if (entry.trials !== undefined && entry.trials > history.length) {
      return refuse('trials', msg('rule.trialCount', { count: history.length }))
    }
    const trials = entry.trials ?? history.length
    const first = history.slice(0, trials)
    const unfinished = first.filter(({ state }) => !isFinished(state)).map(({ number }) => number)
    const without = [...new Set([...entry.without, ...unfinished])].sort((a, b) => a - b)
    const usableTrials = first.filter(({ number }) => !without.includes(number))
    const mapped = mapTrials(usableTrials, earlier.specification, specification)
    if (mapped.trials.length === 0) {
      const { firstMisfit } = mapped
      return refuse(
        'study',
        firstMisfit === null
          ? msg('rule.noCompleteTrial')
          : msg('rule.noFittingTrial', { trial: firstMisfit.number, why: firstMisfit.rule }),
      )
    }
    const { length: count } = mapped.trials
    if (entry.data === 'other' && count < MIN_SOURCE_TRIALS)
      return refuse('study', msg('rule.tooFewFittingTrials', { count, needed: MIN_SOURCE_TRIALS }))
    return { ...entry, id: earlier.id, trials, without }
  })
  if (problems.length > 0) throw new AppError('specification.invalid', { problems })
  return { ...specification, warmStart }
}
