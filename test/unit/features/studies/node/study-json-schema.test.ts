import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { buildStudyJsonSchema } from '../../../../../src-main/features/studies/node/study-json-schema.ts'
import { tasks } from '../../../../../src-main/training/tasks/registry.ts'

const samples = new URL('../../../../../resources/samples/', import.meta.url)
const schema = buildStudyJsonSchema(tasks)
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(schema)

function sampleFiles(): string[] {
  return readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter(file =>
    /\.(yaml|yml)$/.test(file),
  )
}

const study = {
  name: 'test',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { int: [1, 15], log: true, when: { x0: [1, 2] } } },
  stop: { trials: 5 },
}

describe('buildStudyJsonSchema', () => {
  it('is what is published; update with: npx vitest run test/unit/study -u', async () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`
    await expect(text).toMatchFileSnapshot('../../../../../resources/schema/study.schema.json')
  })

  it.each(sampleFiles())('accepts the sample study %s', file => {
    validate(parse(readFileSync(new URL(file, samples), 'utf8')))
    expect(validate.errors).toBeNull()
  })

  it('accepts a small study and the options of samplers and pruners', () => {
    expect(validate(study)).toBe(true)
    const sampler = { name: 'grid', points: { x0: 3 }, shuffle: false }
    expect(validate({ ...study, sampler, pruner: { name: 'median', warmupSteps: 2 } })).toBe(true)
  })

  it('leaves the space to a task or a module', () => {
    const objective = { task: 'image', data: { source: 'mnist' } }
    const without = JSON.parse(JSON.stringify({ ...study, objective, space: undefined })) as object
    expect(validate(without)).toBe(true)
    expect(validate({ ...without, objective: { module: 'a.mjs' } })).toBe(true)
  })

  it.each([
    ['an unknown key', { ...study, speed: 1 }],
    ['an unknown sampler', { ...study, sampler: { name: 'best' } }],
    ['an option of another sampler', { ...study, sampler: { name: 'random', points: 3 } }],
    ['an unknown pruner option', { ...study, pruner: { name: 'median', steps: 1 } }],
    ['an unknown function', { ...study, objective: { function: 'none' } }],
    ['an unknown task', { ...study, objective: { task: 'none' } }],
    ['two kinds in one parameter', { ...study, space: { x: { float: [0, 1], int: [0, 1] } } }],
    ['three bounds', { ...study, space: { x: { float: [0, 1, 2] } } }],
    ['one bound', { ...study, space: { x: { float: [0] } } }],
    ['no goals', { ...study, goals: [] }],
    ['a missing name', { ...study, name: undefined }],
    ['a missing space', { ...study, space: undefined }],
  ])('refuses %s', (_, broken) => {
    expect(validate(JSON.parse(JSON.stringify(broken)))).toBe(false)
  })
})
