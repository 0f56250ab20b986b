import { savesCheckpoints, withoutCheckpoints } from '../core/objectives/checkpoint-support.ts'
import { msg } from '../core/errors/message.ts'
import { isObject } from '../core/values/json.ts'
import { ownValue } from '../core/values/named-values.ts'
import { broken, type Problem } from '../core/errors/problem.ts'
import { noPruner } from './pruners/none/none.ts'
import type { PrunerDefinition } from './pruners/pruner.ts'
import { pruners } from './pruners/registry.ts'
import { samplers } from './samplers/registry.ts'
import type { GivenOptions, SamplerDefinition } from './samplers/sampler.ts'
import { stopRules } from './stopping/registry.ts'
import { endingRuleNames } from './stopping/stop-rules.ts'
import { isExternal } from '../core/objectives/external/external.ts'

/**
 * Rules of the study file that relate its sampler, pruner and stop rules to other keys; on raw input, like
 * `core/study/specification-rules.ts`. What each kind demands stands in its definition.
 * @returns every broken rule
 */
export function checkSearchRules(raw: unknown): Problem[] {
  if (!isObject(raw)) return []
  const sampler = entryOf(samplers, raw['sampler'])
  const pruner = entryOf(pruners, raw['pruner'])
  return [
    ...checkStop(raw, sampler),
    ...checkStopRules(raw),
    ...checkCheckpoints(raw, sampler, pruner),
    ...(sampler?.definition.checkStudy?.(raw, sampler.given) ?? []),
    ...checkInstances(raw, pruner),
  ]
}

interface Entry<Definition> {
  readonly definition: Definition
  readonly given: GivenOptions
}

function entryOf<Definition>(
  registry: Readonly<Record<string, Definition>>,
  given: unknown,
): Entry<Definition> | null {
  if (!isObject(given) || typeof given['name'] !== 'string') return null
  const definition = ownValue(registry, given['name'])
  return definition === undefined ? null : { definition, given }
}

/** A list ends by itself, and who asks from outside can stop asking; everything else needs to be told when. */
function checkStop(
  { stop, objective }: GivenOptions,
  sampler: Entry<SamplerDefinition> | null,
): Problem[] {
  if (!isObject(stop)) return []
  if (sampler?.definition.proposals === 'listed') return []
  if (isObject(objective) && isExternal(objective)) return []
  const names = endingRuleNames()
  if (names.some(name => ownValue(stop, name) !== undefined)) return []
  return [broken(['stop'], stop, msg('rule.needsStop', { names }))]
}

/** Each stop rule of the study against its goals and constraints. */
function checkStopRules(raw: GivenOptions): Problem[] {
  const { stop, goals, constraints } = raw
  if (!isObject(stop)) return []
  const counts = {
    goals: Array.isArray(goals) ? goals.length : 0,
    constraints: Array.isArray(constraints) ? constraints.length : 0,
  }
  return stopRules.flatMap(definition => {
    const { name } = definition
    const rule = stop[name] === undefined ? null : (definition.check?.(counts) ?? null)
    return rule === null ? [] : [broken(['stop', name], stop[name], rule)]
  })
}

/** What makes the search of a study continue trials from checkpoints, by its place in the file; null: nothing. */
export function searchNeedingCheckpoints(
  raw: GivenOptions,
): { readonly path: readonly string[]; readonly value: string } | null {
  const pruner = entryOf(pruners, raw['pruner'])?.definition
  if (pruner?.continuesTrials === true) return { path: ['pruner', 'name'], value: pruner.name }
  const sampler = entryOf(samplers, raw['sampler'])
  if (sampler?.definition.needsCheckpoints?.(sampler.given) !== true) return null
  return { path: ['sampler', 'name'], value: sampler.definition.name }
}

/** A search that continues trials from checkpoints needs some. */
function checkCheckpoints(
  raw: GivenOptions,
  sampler: Entry<SamplerDefinition> | null,
  pruner: Entry<PrunerDefinition> | null,
): Problem[] {
  const { checkpoint, replicates, folds, instances, objective } = raw
  const pruning = pruner?.definition.continuesTrials === true
  const training = sampler?.definition.needsCheckpoints?.(sampler.given) === true
  const search = searchNeedingCheckpoints(raw)
  if (search === null) return []
  const { path, value } = search
  const count = isObject(replicates) ? (replicates['count'] ?? 1) : 1
  const endsWithout = isObject(checkpoint) && checkpoint['atEnd'] === false
  const reason =
    isObject(objective) && !savesCheckpoints(objective) && withoutCheckpoints(objective)
  const rules = [
    pruning && training && msg('rule.populationEnds'),
    (checkpoint === 'none' || endsWithout) && msg('rule.checkpointAtEnd'),
    count !== 1 && msg('rule.checkpointReplicates'),
    (folds ?? 1) !== 1 && msg('rule.checkpointFolds'),
    instances !== undefined && msg('rule.checkpointInstances'),
    reason !== false &&
      ((training ? sampler?.definition.withoutCheckpoints?.(reason) : undefined) ?? reason),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(path, value, rule))
}

/** A pruner would judge a trial by its first instance alone. */
function checkInstances(
  { instances, pruner: given }: GivenOptions,
  pruner: Entry<PrunerDefinition> | null,
): Problem[] {
  const prunes = isObject(given) && pruner?.definition.name !== noPruner.name
  return Array.isArray(instances) && prunes
    ? [broken(['pruner', 'name'], given['name'], msg('rule.instancesPruner'))]
    : []
}
