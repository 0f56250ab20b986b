import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { servePrograms, type ServedPrograms, smallStudy } from '../helpers/serve-programs.ts'
import { signInTo, askWebHost } from '../helpers/web-client.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'

/** What takes long to parse or to check is read by a process of its own: others are answered meanwhile. */

const scratch = useScratchFolders()
let served: ServedPrograms

beforeEach(async () => {
  served = await servePrograms(scratch())
})

afterEach(async () => {
  expect(served.bugs).toEqual([])
  await served.close()
})

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')
const yaml = (text: string) => ({ text, format: 'yaml' })
const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))

describe('a program that may read keeps nobody waiting', () => {
  const hostile: readonly (readonly [string, string, unknown, number, string])[] = [
    [
      '45,000 keys',
      'study.check',
      yaml(lines(45_000, index => `k${index}: ${index}`)),
      200,
      'rule.keys.atMost',
    ],
    [
      '50,000 anchors',
      'study.check',
      yaml(lines(50_000, index => `a${index}: &x${index} 1`)),
      200,
      'rule.anchors.atMost',
    ],
    [
      '50,000 anchors in a list',
      'study.check',
      yaml(`a: [${'&a x,'.repeat(50_000)}]`),
      200,
      'rule.anchors.atMost',
    ],
    [
      '45,000 keys of a study to preview',
      'study.preview',
      yaml(lines(45_000, index => `k${index}: 1`)),
      422,
      'rule.keys.atMost',
    ],
    ['10,000 unknown fields', 'study.get', keys(10_000), 400, 'rule.unknownName'],
    ['200,000 unknown fields', 'study.get', keys(200_000), 400, 'rule.values.atMost'],
    [
      '200,000 fields of an unknown method',
      'study.nothing',
      keys(200_000),
      400,
      'rule.values.atMost',
    ],
    [
      '200,000 values',
      'study.curves',
      { studyId: 1, metric: 'x', numbers: Array(200_000).fill('x') },
      400,
      'rule.values.atMost',
    ],
  ]

  it.each(hostile)('by %s', async (_, method, request, status, rule) => {
    const token = served.token('read')
    const order: string[] = []
    const hostileCall = served.call(method, request, token).then(answer => {
      order.push('hostile')
      return answer
    })
    const other = served.call('study.list', {}, served.token('read')).then(answer => {
      order.push('other')
      return answer
    })
    expect((await other).status).toBe(200)
    const answer = await hostileCall
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(rule)])
    expect(order).toEqual(['other', 'hostile'])
  })

  it('and sends a long study file that is sound', async () => {
    const enqueue = Array.from({ length: 6_000 }, (_, index) => ({ x0: index / 6_000, x1: 1 }))
    const study = {
      name: 'long',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      enqueue,
      stop: { trials: 6_000 },
    }
    const request = { text: JSON.stringify(study), format: 'json' }
    const { status, body } = await served.call('study.check', request, served.token('read'))
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ ok: true, specification: { name: 'long' } })
  })

  it('through the endpoint of assistants either', async () => {
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'summarize_study', arguments: keys(10_000) },
    }
    const { status, body } = await askWebHost(served.web.port, '/mcp', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${served.token('read')}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(message),
    })
    expect([status, body]).toEqual([400, expect.stringContaining('rule.unknownName')])
  })
})

describe('a program that may steer keeps nobody waiting', () => {
  const study = { ...smallStudy, relations: ['x0 + x1 <= 20'] }

  beforeEach(async () => {
    const text = JSON.stringify(study)
    await served.backEnd.api['study.create']({ text, format: 'json', start: false })
  })

  const unknown = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`k${index}`, 1]))
  const steered: readonly (readonly [string, string, object, number, string])[] = [
    [
      'ranges of which no point keeps a relation',
      'study.change',
      { change: { space: { x0: { float: [9, 10] }, x1: { float: [12, 15] } } } },
      422,
      'rule.relation',
    ],
    ['a range', 'study.change', { change: { space: { x0: { float: [0, 1] } } } }, 200, 'space.x0'],
    [
      'thousands of names in a point',
      'trial.enqueue',
      { parameters: unknown, from: null },
      422,
      'specification.invalid',
    ],
    ['a point', 'trial.enqueue', { parameters: { x0: 1, x1: 2 }, from: null }, 200, 'trial.queued'],
    [
      'a point that breaks a relation',
      'trial.enqueue',
      { parameters: { x0: 10, x1: 15 }, from: null },
      422,
      'x0 + x1',
    ],
  ]

  it.each(steered)('by %s', async (_, method, request, status, words) => {
    const token = served.token('steer')
    const order: string[] = []
    const call = served.call(method, { studyId: 1, ...request }, token).then(answer => {
      order.push(method)
      return answer
    })
    const other = served.call('study.list', {}, served.token('read')).then(answer => {
      order.push('other')
      return answer
    })
    expect((await other).status).toBe(200)
    const answer = await call
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(words)])
    expect(order).toEqual(['other', method])
  })

  it('and what changes while a change is checked is checked as it is then', async () => {
    const token = served.token('steer')
    const change = async (space: object): Promise<number> =>
      (await served.call('study.change', { studyId: 1, change: { space } }, token)).status
    // Each alone leaves points that keep the relation; both together leave none.
    const statuses = await Promise.all([
      change({ x0: { float: [9, 10] } }),
      change({ x1: { float: [12, 15] } }),
    ])
    expect(statuses.toSorted()).toEqual([200, 422])
  })
})

it('a page’s long call is refused by its method’s rules, and answered where it keeps them', async () => {
  const headers = await signInTo(served.web)
  const call = async (method: string, payload: unknown) => {
    const body = JSON.stringify({ method, payload })
    const answer = await askWebHost(served.web.port, '/api/call', { method: 'POST', headers, body })
    return [answer.status, JSON.parse(answer.body) as object]
  }
  expect(await call('study.get', keys(10_000))).toMatchObject([
    200,
    { ok: false, error: { code: 'request.invalid', detail: { method: 'study.get' } } },
  ])
  const text = `name: a\n#${'x'.repeat(200_000)}`
  expect(await call('study.check', yaml(text))).toMatchObject([
    200,
    { ok: true, value: { ok: false } },
  ])
})
