import { ownValue } from '../../core/values/named-values.ts'
import type { Ancestor } from '../../core/questions/analysis.ts'
import type { JsonObject, JsonValue } from '../../core/values/json.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'

/**
 * Generations and parents as samplers note them with their proposals: genetic and nsga by name, differential evolution its
 * target, base and difference, particles their own and their neighbors' best, populations the trial whose checkpoint they go on from; CMA-ES has generations without parents.
 * Trials of samplers that know no generation are left out.
 */
export function ancestryOf(
  trials: readonly Pick<TrialRecord, 'number' | 'provenance'>[],
): Ancestor[] {
  return trials.flatMap(({ number, provenance }) => {
    const detail = innermost(provenance.detail ?? {})
    const generation = detail['generation'] ?? detail['move']
    if (typeof generation !== 'number') return []
    const group = detail['island'] ?? detail['swarm'] ?? detail['restart'] ?? 0
    const offset = numberOr(provenance.detail?.['earlierTrials'], 0)
    const parents = [
      ...listOf(detail['parents']),
      ...listOf(detail['difference']),
      ...['target', 'base', 'ownBest', 'neighborsBest', 'parent'].map(key => ownValue(detail, key)),
    ]
      .filter((parent): parent is number => typeof parent === 'number')
      .map(parent => parent - offset)
      .filter(parent => parent >= 0 && parent < number)
    return [
      {
        number,
        generation,
        group: numberOr(group, 0),
        parents: [...new Set(parents)],
        origin: typeof detail['origin'] === 'string' ? detail['origin'] : null,
      },
    ]
  })
}

/** Samplers that hand a trial to another one note that one's detail within theirs. */
function innermost(detail: JsonObject): JsonObject {
  const proposal = detail['proposal']
  return typeof detail['by'] === 'string' &&
    typeof proposal === 'object' &&
    proposal !== null &&
    !Array.isArray(proposal)
    ? innermost(proposal as JsonObject)
    : detail
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : []
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
