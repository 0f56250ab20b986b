import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type { Exhausted, Proposal } from '../../core/processes/search-protocol.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import type { Sampler, SamplerDefinition } from '../samplers/sampler.ts'

/**
 * A sampler that knows trials of earlier studies: to it they are the first trials of a longer study, and those of
 * this study come after them. Numbers in what it says of a proposal count like that, which the proposal says.
 * @param earlier numbered from 0
 */
export function withEarlierTrials(sampler: Sampler, earlier: readonly TrialSnapshot[]): Sampler {
  const offset = earlier.length
  if (offset === 0) return sampler
  /** A finished trial keeps its object, which the caches of samplers rely on. */
  const shifted = new WeakMap<TrialSnapshot, TrialSnapshot>()

  const shift = (trial: TrialSnapshot): TrialSnapshot =>
    getOrInsertComputed(shifted, trial, () => ({ ...trial, number: trial.number + offset }))

  return {
    propose({ trials, trialNumber, ...others }): Proposal | Exhausted {
      const answer = sampler.propose({
        trials: [...earlier, ...trials.map(shift)],
        trialNumber: trialNumber + offset,
        ...others,
      })
      if ('exhausted' in answer) return answer
      const { sampler: name, reason: innerReason, detail } = answer.provenance
      const reason = hasNumber(innerReason)
        ? msg('proposal.withEarlier', { reason: innerReason, trials: offset })
        : innerReason
      const provenance = { sampler: name, reason, detail: { ...detail, earlierTrials: offset } }
      return { ...answer, provenance }
    },
  }
}

function hasNumber({ values = {} }: MessageDescriptor): boolean {
  return Object.values(values)
    .flat()
    .some(value =>
      typeof value === 'object' && value !== null && 'code' in value
        ? hasNumber(value)
        : typeof value === 'number',
    )
}

/** Why a sampler cannot be given trials of earlier studies. */
export function checkWarmStart(
  warmStart: StudySpecification['warmStart'],
  goals: StudySpecification['goals'],
  { name, proposals = 'learned', learnsFromOthers = true }: SamplerDefinition,
): Problem[] {
  if (proposals === 'learned' && learnsFromOthers)
    return goals.length > 1 ? ofOthers(warmStart) : []
  if (warmStart.length === 0) return []
  const rule = msg('rule.learnsNothing', { sampler: name })
  return [{ path: ['warmStart'], value: warmStart.length, rule }]
}

function ofOthers(warmStart: StudySpecification['warmStart']): Problem[] {
  return warmStart.flatMap(({ data }, index) => {
    const rule = msg('rule.warmStartOneGoal')
    return data !== 'other' ? [] : [{ path: ['warmStart', index, 'data'], value: data, rule }]
  })
}
