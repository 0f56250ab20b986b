import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import type { StudySpecificationInput } from '../../../../src-main/core/study/study-specification.ts'
import { readStudyText } from '../../../../src-main/interop/study-file/read-study-text.ts'
import {
  editStudyYaml,
  writeStudyYaml,
} from '../../../../src-main/interop/study-file/write-study-yaml.ts'

function specificationOf(raw: unknown) {
  const parsed = parseSpecification(raw)
  if (parsed.ok) return parsed.specification
  throw new Error(JSON.stringify(parsed.problems))
}

const number = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
  .map(value => value + 0)
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    'true',
    'null',
    '1e3',
    '~',
    '- a',
    '# no',
    "it's",
    '"',
    ' x ',
    'a: b',
    '学习',
    '{',
    '012',
  ),
)
const value = fc.oneof(text, number, fc.boolean(), fc.integer())
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 4 })
const ordered = (item: fc.Arbitrary<number>) =>
  fc.tuple(item, item).map(([a, b]): [number, number] => (a <= b ? [a, b] : [b, a]))

const parameter = fc.oneof(
  fc.record({ float: ordered(number) }),
  fc.record({
    float: ordered(fc.double({ min: 1e-300, max: 1e300, noNaN: true })),
    log: fc.boolean(),
  }),
  fc.record({ int: ordered(fc.integer({ min: 1 })), log: fc.boolean() }),
  fc.record({ choice: values }),
  values.map(choice => ({ choice, weights: choice.map((_, index) => index + 0.5) })),
  fc.record(
    {
      normal: fc.tuple(number, fc.double({ min: 0.1, max: 1e3, noNaN: true })),
      step: fc.constantFrom(0.5, 1e-3),
    },
    { requiredKeys: ['normal'] },
  ),
  fc
    .tuple(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: 0.1, max: 5, noNaN: true }),
    )
    .map(([mu, sigma]) => ({ logNormal: [mu, sigma], bounds: [0, Math.exp(mu)] })),
  fc.record({ ordinal: values }),
  fc.record({ fixed: value }),
)

/** Any name that can be a parameter, words that YAML has plans for included. */
const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,20}$/).filter(word => !(word in Object.prototype)),
  fc.constantFrom('yes', 'null', 'true', '10', '1e3', '-', '学习率'),
)

const specifications: fc.Arbitrary<StudySpecificationInput> = fc
  .record({
    name: text,
    objective: fc.oneof(
      fc.record({ function: text, steps: fc.nat() }),
      fc.record({ task: text, data: fc.record({ file: text, columns: fc.array(text) }) }),
    ),
    goals: fc.uniqueArray(
      fc.record({ metric: text, direction: fc.constantFrom('minimize', 'maximize') }),
      { minLength: 1, maxLength: 3, selector: goal => goal.metric },
    ),
    space: fc.dictionary(name, parameter, { minKeys: 1, maxKeys: 5 }),
    constraints: fc.uniqueArray(
      fc.oneof(
        text.map(metric => `c ${metric}`),
        fc.record({ metric: text.map(metric => `m ${metric}`), atMost: number }),
        fc.record({ metric: text.map(metric => `l ${metric}`), atLeast: number }),
      ),
      { maxLength: 3, selector: entry => (typeof entry === 'string' ? entry : entry.metric) },
    ),
    relations: fc.array(text, { maxLength: 3 }),
    enqueue: fc.array(fc.dictionary(name, value, { maxKeys: 3 }), { maxLength: 3 }),
    duplicates: fc.constantFrom('allow', 'redraw', 'reuse'),
    stop: fc.record({ trials: fc.integer({ min: 1, max: 1_000_000 }), target: number }),
    seed: fc.nat(4_294_967_295),
    parallelTrials: fc.integer({ min: 1, max: 64 }),
    sampler: fc.record({ name: text, option: value }),
    timeout: fc.option(
      fc.record({ trialMinutes: fc.double({ min: 0.1, max: 1e6, noNaN: true }) }),
      {
        nil: {},
      },
    ),
  })
  // The last parameter depends on another one if that can be a parent.
  .map(raw => {
    const names = Object.keys(raw.space)
    const [first, last] = [names[0] as string, names.at(-1) as string]
    const parent = raw.space[first]
    const choice = parent && 'choice' in parent ? parent.choice : null
    if (first === last || choice === null) return raw
    return {
      ...raw,
      space: { ...raw.space, [last]: { ...raw.space[last], when: { [first]: choice } } },
    }
  }) as fc.Arbitrary<StudySpecificationInput>

describe('writeStudyYaml', () => {
  it('reads back to the same specification, as YAML and as JSON', () => {
    let conditional = 0
    fc.assert(
      fc.property(specifications, raw => {
        const specification = specificationOf(raw)
        if (JSON.stringify(specification.space).includes('"when"')) conditional++
        const file = readStudyText(writeStudyYaml(specification), 'yaml')
        expect(file.syntax).toEqual([])
        expect(file.keys).toEqual([])
        expect(specificationOf(file.raw)).toEqual(specification)
        const json = readStudyText(JSON.stringify(specification, null, 2), 'json')
        expect(json.syntax).toEqual([])
        expect(specificationOf(json.raw)).toEqual(specification)
      }),
      { seed: 6, numRuns: 300 },
    )
    expect(conditional).toBeGreaterThan(10)
  })

  it('writes what people would write', () => {
    const specification = specificationOf({
      name: 'branin',
      objective: { function: 'branin', steps: 3 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: {
        x0: { float: [-5, 10] },
        x1: { float: [1e-7, 15], log: true, when: { mode: ['a', 'b'] } },
        mode: { choice: ['a', 'b', 'c'] },
      },
      constraints: ['c1', { metric: 'c2', atMost: 3 }],
      relations: ['x0 < x1'],
      enqueue: [{ x0: 1, mode: 'c' }],
      stop: { trials: 50, minutes: 0.5 },
    })
    expect(writeStudyYaml(specification)).toMatchInlineSnapshot(`
      "name: branin
      objective:
        function: branin
        steps: 3
      goals:
        - { metric: value, direction: minimize }
      constraints:
        - c1
        - { metric: c2, atMost: 3 }
      space:
        x0: { float: [ -5, 10 ] }
        x1: { float: [ 1e-7, 15 ], log: true, when: { mode: [ a, b ] } }
        mode: { choice: [ a, b, c ] }
      fix: {}
      relations:
        - x0 < x1
      enqueue:
        - { x0: 1, mode: c }
      duplicates: allow
      warmStart: []
      replicates: { count: 1, value: mean }
      folds: 1
      ensemble: 1
      sampler: { name: auto }
      pruner: { name: none }
      stop: { trials: 50, minutes: 0.5, failures: 5 }
      parallelTrials: 1
      seed: 0
      engine: auto
      retry: { code: 0, data: 0, memory: 0, device: 2, timeout: 0, killed: 2, nonFinite: 0 }
      timeout: {}
      checkpoint:
        everySeconds: 60
        everyEpochs: null
        everySteps: null
        atEnd: true
        keepBest: 3
        keepPareto: true
        keepLatest: 1
        keepPerTrial: 1
        megabytes: 2000
      "
    `)
  })
})

describe('editStudyYaml', () => {
  const text = `# what this is about
name: a # short
space:
  # the important one
  rate: { float: [ 0, 1 ] }
sampler: { name: random }
`

  it('changes sections and keeps the comments of the others', () => {
    const edited = editStudyYaml(text, {
      sampler: { name: 'tpe', candidates: 8 },
      parallelTrials: 2,
    })
    expect(edited).toBe(
      text
        .replace('{ name: random }', '{ name: tpe, candidates: 8 }')
        .concat('parallelTrials: 2\n'),
    )
  })

  it('removes a section, and refuses what it cannot read', () => {
    expect(editStudyYaml(text, { sampler: undefined })).not.toContain('sampler')
    expect(editStudyYaml('a: [', { name: 'x' })).toBeNull()
    expect(editStudyYaml('- 1', { name: 'x' })).toBeNull()
  })
})
