import { fact, type Fact } from '../../contract/fact.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Exhausted, Proposal } from '../../contract/search-protocol.ts'
import type { TrialSnapshot } from '../../contract/trial.ts'
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

  function shift(trial: TrialSnapshot): TrialSnapshot {
    let later = shifted.get(trial)
    if (later === undefined) {
      later = { ...trial, number: trial.number + offset }
      shifted.set(trial, later)
    }
    return later
  }

  return {
    propose({ trials, trialNumber, random }): Proposal | Exhausted {
      const answer = sampler.propose({
        trials: [...earlier, ...trials.map(shift)],
        trialNumber: trialNumber + offset,
        random,
      })
      if ('exhausted' in answer) return answer
      const { provenance } = answer
      const { reason, detail } = provenance
      return {
        ...answer,
        provenance: {
          ...provenance,
          reason: hasNumber(reason)
            ? fact('proposal.withEarlier', { reason, trials: offset })
            : reason,
          detail: { ...detail, earlierTrials: offset },
        },
      }
    },
  }
}

function hasNumber({ values = {} }: Fact): boolean {
  return Object.values(values)
    .flat()
    .some(value =>
      typeof value === 'object' && value !== null && 'code' in value
        ? hasNumber(value)
        : typeof value === 'number',
    )
}

/** Why a sampler cannot be given trials of earlier studies. */
export function checkLearning(
  learnFrom: readonly unknown[],
  { name, proposals = 'learned', learnsFromOthers = true }: SamplerDefinition,
): Problem[] {
  if (learnFrom.length === 0 || (proposals === 'learned' && learnsFromOthers)) return []
  const rule = fact('rule.learnsNothing', { sampler: name })
  return [{ path: ['learnFrom'], value: learnFrom.length, rule }]
}
