import { ownValue } from '../../../core/values/named-values.ts'
import type { ParameterDensity, StudyPreview } from '../../../core/questions/study-preview.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { Assignment, ParameterValue } from '../../../core/trial/trial.ts'
import { defined } from '../../../core/values/json.ts'
import { startsOf } from '../../../training/tasks/registry.ts'
import { startOfStage } from '../../../search/sampler-why.ts'
import { createProposer } from '../../../search/proposals/proposer.ts'
import { proposerSettings } from '../../../search/proposals/proposal-settings.ts'
import { planStudy } from '../../../search/samplers/auto/plan.ts'
import { randomSampler } from '../../../search/samplers/random/random.ts'
import { cardinality } from '../../../search/space/enumeration.ts'
import type { FloatParameter, IntParameter, Parameter } from '../../../search/space/search-space.ts'
import { samplerContext } from '../../../search/study-search.ts'

/** Random points that the densities are counted from. */
const DRAWS = 600
const SHOWN_SAMPLES = 6
const BARS = 24

/** The first points of a study before anything is known, and the samplers that suit it. */
export function previewStudy(specification: StudySpecification): StudyPreview {
  const context = samplerContext(specification)
  const { space } = context
  const sampler = randomSampler.create(randomSampler.optionsSchema.parse({}), context)
  const proposer = createProposer(sampler, randomSampler, {
    ...proposerSettings(specification, space),
    enqueue: [],
    duplicates: 'allow',
  })
  const draws: Assignment[] = []
  for (let number = 0; number < DRAWS; number++) {
    const proposal = proposer.propose([], number)
    if ('exhausted' in proposal) break
    draws.push(proposal.parameters)
  }
  const points = cardinality(space)
  const { first, second } = planStudy(context, false)
  return {
    samples: draws.slice(0, SHOWN_SAMPLES),
    points: Number.isFinite(points) ? points : null,
    draws: draws.length,
    parameters: space.parameters.map(parameter => densityOf(parameter, draws)),
    recommendation: [
      {
        sampler: first.definition.name,
        fromTrial: 0,
        ...defined({
          start: startOfStage(first, specification, startsOf(specification.objective)) ?? undefined,
        }),
      },
      ...(second === null
        ? []
        : [
            {
              sampler: second.at(second.handover.latest).definition.name,
              fromTrial: second.handover.latest,
            },
          ]),
    ],
  }
}

function densityOf(parameter: Parameter, draws: readonly Assignment[]): ParameterDensity {
  const { name, when } = parameter
  const values = draws.flatMap(draw => (Object.hasOwn(draw, name) ? [ownValue(draw, name)] : []))
  const common = {
    name,
    when: when.map(({ parent, values: wanted }) => ({ parent, values: wanted })),
    active: draws.length === 0 ? 0 : values.length / draws.length,
  }
  const choices = choicesOf(parameter)
  if (choices !== null) {
    const counts = choices.map(choice => values.filter(value => value === choice).length)
    return { ...common, range: null, log: false, choices, bars: shares(counts, values.length) }
  }
  const { low, high, log } = parameter as FloatParameter | IntParameter
  const at = (value: number): number => (log ? Math.log(value) : value)
  const counts = new Array<number>(BARS).fill(0)
  for (const value of values) {
    const share = high === low ? 0 : (at(Number(value)) - at(low)) / (at(high) - at(low))
    const bar = Math.min(BARS - 1, Math.floor(share * BARS))
    counts[bar] = (counts[bar] ?? 0) + 1
  }
  return { ...common, range: [low, high], log, bars: shares(counts, values.length) }
}

/** Values that have a bar each: choices, and whole numbers as long as there are few; null of all others. */
function choicesOf(parameter: Parameter): readonly ParameterValue[] | null {
  switch (parameter.kind) {
    case 'float':
      return null
    case 'int':
      return fewValues(parameter)
    case 'fixed':
      return [parameter.value]
    case 'choice':
    case 'ordinal':
      return parameter.values
  }
}

/** Every value of whole numbers; null where they are more than bars. */
function fewValues({ low, high, step }: IntParameter): readonly number[] | null {
  const count = Math.floor((high - low) / step) + 1
  return count > BARS ? null : Array.from({ length: count }, (_, index) => low + index * step)
}

function shares(counts: readonly number[], total: number): number[] {
  return counts.map(count => (total === 0 ? 0 : count / total))
}
