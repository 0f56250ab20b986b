import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scopes } from '../../src-main/features/access/common/access.ts'
import {
  deserializeError,
  errorMessage,
  type PlainError,
} from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import type { JsonObject, JsonValue } from '../../src-main/core/values/json.ts'
import { type Problem, problemLine } from '../../src-main/core/errors/problem.ts'
import { tableFormatSchema } from '../../src-main/core/data/table-format.ts'
import { checkStudyText } from '../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { inEnglish } from '../helpers/expect-text.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { servePrograms, type ServedPrograms, smallStudy } from '../helpers/serve-programs.ts'
import { askWebHost, signInTo } from '../helpers/web-client.ts'

/** How much of a call its error repeats, to a page and to a program. */

const scratch = useScratchFolders()
let served: ServedPrograms
let endpoints: readonly ((method: string, payload: object) => Promise<string>)[]

beforeEach(async () => {
  served = await servePrograms(scratch())
  const headers = await signInTo(served.web)
  const token = served.token(...scopes)
  endpoints = [
    async (method, payload) => {
      const body = JSON.stringify({ method, payload })
      const { port } = served.web
      return (await askWebHost(port, '/api/call', { method: 'POST', headers, body })).body
    },
    async (method, payload) => (await served.call(method, payload, token)).body,
  ]
})

afterEach(async () => {
  expect(served.bugs).toEqual([])
  await served.close()
})

interface Answer {
  readonly error: PlainError & {
    readonly detail: { readonly problems: readonly Problem[]; readonly count?: number }
  }
}
const errorIn = (body: string) => (JSON.parse(body) as Answer).error
const textOf = (study: JsonValue) => ({ text: JSON.stringify(study), format: 'json' as const })
const many = <Part>(count: number, of: (at: number) => Part): Part[] =>
  Array.from({ length: count }, (_, at) => of(at))
const keys = (count: number, of: (at: number) => readonly [string, JsonValue]): JsonObject =>
  Object.fromEntries(many(count, of))
const long = 'ŷ'.repeat(50_000)

describe('of a study file, an error', () => {
  it.each<[string, JsonValue]>([
    ['a long value', { ...smallStudy, name: long }],
    ['a long key', { ...smallStudy, [long]: 1 }],
    ['many keys', { ...smallStudy, ...keys(900, at => [`ŷ${at}`, long.slice(0, 200)]) }],
    [
      'many wrong values',
      { ...smallStudy, space: keys(900, at => [`ŷ${at}`, { float: [long.slice(0, 50), at] }]) },
    ],
    ['nested values', { ...smallStudy, stop: many(200, () => ({ [long.slice(0, 9)]: ['ŷŷŷ'] })) }],
    [
      'names in rules',
      {
        ...smallStudy,
        space: {
          ...keys(30, at => [`${long.slice(0, 80)}${at}`, { float: [0, 1] }]),
          ...keys(30, at => [`x${at}`, { float: [0, 1], when: { z: 1 } }]),
        },
      },
    ],
    ['hidden characters', { ...smallStudy, name: '\u202eŷ'.repeat(5_000) }],
  ])('repeats at most 1 kB: %s', async (_, study) => {
    for (const send of endpoints) {
      const body = await send('study.create', { ...textOf(study), start: false })
      const error = errorIn(body)
      const { problems } = error.detail
      expect(error.code).toBe('specification.invalid')
      expect(2 * (body.split('ŷ').length - 1)).toBeLessThanOrEqual(1_024)
      expect(Buffer.byteLength(body)).toBeLessThan(16_000)
      expect(problems.length).toBeGreaterThan(0)
      for (const problem of problems)
        expect(problemLine(problem, undefined, inEnglish)).not.toContain('undefined')
    }
  })

  it('says how many of many problems it does not list', async () => {
    const study = keys(900, at => [`wrong${at}`, 'value'])
    for (const send of endpoints) {
      const error = errorIn(await send('study.create', { ...textOf(study), start: false }))
      const { problems, count = 0 } = error.detail
      expect(problems.length).toBeGreaterThan(5)
      expect(count).toBeGreaterThan(900)
      expect(inEnglish.format(errorMessage(deserializeError(error)))).toContain(`${count} problems`)
      const remaining = count - problems.length + 1
      expect(problems.at(-1)?.rule).toEqual(msg('rule.moreProblems', { count: remaining }))
    }
  })

  it('lists a few problems as they are', async () => {
    const study = {
      ...smallStudy,
      smapler: { name: 'tpe' },
      sampler: { name: 'tpee' },
      space: { 学习率: { float: [1, 0.1] }, units: { int: ['few', 64] }, layers: {} },
      stop: { trials: -1 },
      goals: [{ metric: 'value', direction: 'down' }],
    }
    const checked = checkStudyText(textOf(study).text, 'json', { tasks })
    const problems = checked.ok ? [] : checked.problems
    expect(problems.length).toBeGreaterThan(5)
    for (const send of endpoints) {
      const error = errorIn(await send('study.create', { ...textOf(study), start: false }))
      expect(error.detail).toEqual({ problems })
    }
  })
})

describe('of a path, an error', () => {
  const calls = (file: string) =>
    [
      ['dataset.sheets', { file }],
      ['dataset.preview', { file, ...tableFormatSchema.parse({}) }],
      [
        'model.export',
        { studyId: 1, folder: file, language: 'en', model: { of: 'best', refit: false } },
      ],
    ] as const

  it('repeats at most 1 kB', async () => {
    for (const [method, payload] of calls(`/${'ŷ/'.repeat(1_990)}a.xlsx`)) {
      for (const send of endpoints) {
        const body = await send(method, payload)
        expect(body).toContain('"code":')
        expect(2 * (body.split('ŷ').length - 1)).toBeLessThanOrEqual(1_024)
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2_000)
      }
    }
  })

  it('tells one of a usual length as it is', async () => {
    const file = `/${'folder/'.repeat(30)}table.xlsx`
    for (const [method, payload] of calls(file).slice(0, 2)) {
      for (const send of endpoints) expect(await send(method, payload)).toContain(file)
    }
  })
})

it('tells the rules of an invalid call to a program, and repeats at most 1 kB', async () => {
  const [, send] = endpoints
  const body = await send?.('trial.note', { studyId: long, number: 0, text: 'a', [long]: long })
  expect(body).toContain('whole number')
  expect(2 * (body?.split('ŷ').length ?? 0)).toBeLessThanOrEqual(1_024)
})
