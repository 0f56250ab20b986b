import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { askWebHost, type WebSession } from '../helpers/web-client.ts'
import { bowl, kindsOfStudies } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { dataBombs, hostileNames, studyBombs } from './bombs.ts'
import type { Figures } from './figures.ts'
import { mutate } from './mutate.ts'

export interface HostileRequestsOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly maxInputs: number
  readonly figures: Figures
}

/** Main's thread, for one request. */
const MAX_CPU_MS = 50
/** Looks of an idle server, from which the cost of looking is known. */
const IDLE_LOOK_MS = 2_000
/**
 * A request that took longer is sent so often again, and the median counts: collecting the garbage of the requests before it, or a neighbor of a
 * virtual processor, takes its milliseconds from whichever request comes. The turns of the event loop are judged with them.
 */
const REPEATS = 4
/** So often a request is made until its method counts as warm. */
const WARM_UP = 3
const PERCENTILE = 0.999
/** Changed requests of honest programs, for each bomb and each name. */
const RANDOM_OF = 4

interface Served {
  readonly port: number
  readonly tokens: readonly [string, string]
  readonly session: WebSession
  readonly uploadDirectory: string
}

interface State {
  readonly usedMs: number
  /** Time of the processors between two looks of the event loop. */
  readonly turns: readonly number[]
  /** Delay of its timers on the clock, without waiting for the disk or for a processor; none where that is not known. */
  readonly delays: readonly number[]
  /** Commits have waited for the disk so long. */
  readonly diskMs: number
  readonly bugs: readonly string[]
  readonly delayMs: number
}

interface Call {
  readonly name: string
  readonly method: string
  readonly request: unknown
}

/** A process that serves, whose work is weighed. */
class Server {
  readonly #child
  readonly #lines

  constructor(folder: string) {
    const entry = path.join(import.meta.dirname, 'serve-requests.ts')
    const flags = ['--disable-warning=ExperimentalWarning']
    this.#child = spawn(process.execPath, [...flags, entry, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
  }

  async read<Line>(): Promise<Line> {
    const { value, done } = (await this.#lines.next()) as { value: string; done?: boolean }
    if (done === true) throw new Error('the server has ended')
    return JSON.parse(value) as Line
  }

  async look(): Promise<State> {
    this.#child.stdin.write('\n')
    return this.read()
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin.end()
    await ended
  }
}

/**
 * Sends hostile requests to a process that serves a database. Each has to be answered, typed, for at most 50 ms of its main thread; the turns
 * of its event loop keep to that as well, all but one in a thousand.
 */
export async function sendHostileRequests(options: HostileRequestsOptions): Promise<void> {
  const { folder, figures, seed, untilMs, maxInputs } = options
  const seeded = [...Object.values(kindsOfStudies), bowl, related]
  seedStudies(path.join(folder, 'a.sqlite'), seeded)
  /** The last one can be steered, and its points have to keep a relation. */
  const relatedId = seeded.length
  const server = new Server(folder)
  const served = await server.read<Served>()
  const turns: number[] = []
  const delays: number[] = []
  const bugs = new Set<string>()
  let last = await server.look()
  const idleFromMs = performance.now()
  await sleep(IDLE_LOOK_MS)
  const idle = await server.look()
  /** Time of the processors that a second costs without any request. */
  const idleShare = (idle.usedMs - last.usedMs) / (performance.now() - idleFromMs)

  /** Sends a request and waits for its answer; returns with it what main spent on it. */
  const ask = async (method: string, body: string, isCounted: boolean) => {
    last = await server.look()
    const beganMs = performance.now()
    const { status, body: answer } = await askWebHost(
      served.port,
      `/api/v1/${encodeURIComponent(method)}`,
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${served.tokens[steerMethods.has(method) ? 1 : 0]}`,
          'Content-Type': 'application/json',
        },
        body,
      },
    )
    const state = await server.look()
    turns.push(...(isCounted ? state.turns : []))
    delays.push(...(isCounted ? state.delays : []))
    const idleMs = idleShare * (performance.now() - beganMs)
    const cpuMs = state.usedMs - last.usedMs - idleMs
    last = state
    return { status, answer, bugs: [...state.bugs], cpuMs }
  }

  const send = async ({ name, method, request }: Call, isCounted = true): Promise<void> => {
    const body = typeof request === 'string' ? request : JSON.stringify(request)
    const response = await ask(method, body, isCounted)
    if (!isCounted) return
    const { status, answer } = response
    let { cpuMs } = response
    if (cpuMs > MAX_CPU_MS) {
      figures.peak(`requests: CPU of main, once, ms: ${method}`, cpuMs)
      figures.add('requests: sent again')
      const times = [cpuMs]
      while (times.length <= REPEATS) {
        const again = await ask(method, body, true)
        times.push(again.cpuMs)
        response.bugs.push(...again.bugs)
      }
      cpuMs = times.toSorted((a, b) => a - b)[REPEATS / 2] ?? cpuMs
    }
    figures.add('requests')
    figures.add(`requests: ${status}`)
    figures.peak(`requests: CPU of main, ms: ${method}`, cpuMs)
    const where = `${method}, ${name}, ${body.slice(0, 120)}`
    const fault = (what: string): void => {
      const file = path.join(folder, `request-${figures.of('requests')}.json`)
      writeFileSync(file, body)
      figures.fault(`request: ${what}`, `${where}, ${file}`)
    }
    if (cpuMs > MAX_CPU_MS) fault(`${method} took ${Math.round(cpuMs)} ms of main`)
    if (status >= 500 && !answer.includes('"child.gone"')) fault(`${method} answered ${status}`)
    for (const bug of response.bugs) {
      if (!bugs.has(bug)) fault(`bug in ${bug}`)
      bugs.add(bug)
    }
  }

  const honest = [...honestCalls(), ...steeringCalls(relatedId)]
  for (let time = 0; time < WARM_UP; time++) for (const call of honest) await send(call, false)
  for (const call of honest) await send(call)
  const corpus = honest.map(({ request }) => Buffer.from(JSON.stringify(request)))
  const kinds: readonly Call[][] = [
    [...bombCalls(served.uploadDirectory), ...steeringBombs(relatedId)],
    [...namedCalls(), ...hostileNames.flatMap(name => steeringNames(name, relatedId))],
  ]
  for (let number = 0; number < maxInputs && performance.now() < untilMs; number++) {
    const random = createRandomStream({ seed, number, purpose: 'hostile request' })
    const kind = random.integer(RANDOM_OF + kinds.length)
    const calls = kinds[kind] ?? []
    if (calls.length > 0) await send(calls.splice(random.integer(calls.length), 1)[0] as Call)
    else {
      const { method } = honest[random.integer(honest.length)] as Call
      const request = mutate(corpus, random).toString('utf8')
      await send({ name: `seed ${seed}, number ${number}`, method, request })
    }
  }
  const { delayMs, diskMs } = await server.look()
  await server.close()
  const turnMs = percentile(turns)
  figures.peak('requests: turn of the event loop on the processor, p99.9, ms', turnMs)
  figures.peak('requests: delay of the event loop on the clock, p99.9, ms', delayMs)
  figures.peak('requests: commits waited for the disk, in all, ms', diskMs)
  if (turnMs > MAX_CPU_MS) figures.fault('request: event loop', `p99.9 is ${turnMs} ms`)
  if (delays.length === 0) return
  const held = percentile(delays)
  figures.peak('requests: the same without disk and waiting for a processor, p99.9, ms', held)
  if (held > MAX_CPU_MS) figures.fault('request: event loop', `delay p99.9 is ${held} ms`)
}

function percentile(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * PERCENTILE)] ?? 0
}

const table = { delimiter: 'auto', encoding: 'auto', decimal: 'auto', header: true }
const branin = {
  name: 'a',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  stop: { trials: 2 },
}
/** A point of it keeps a relation. */
const related = {
  ...bowl,
  name: 'related',
  specification: { ...bowl.specification, relations: ['x0 + x1 <= 20', 'x0 < x1 + 6'] },
}
const steerMethods: ReadonlySet<string> = new Set([
  'study.change',
  'study.undo',
  'study.label',
  'study.rename',
  'trial.exclude',
  'trial.note',
  'trial.retry',
  'trial.enqueue',
  'trial.extend',
  'trial.fork',
])
const yaml = (text: string) => ({ text, format: 'yaml' })
const json = (study: unknown) => ({ text: JSON.stringify(study), format: 'json' })
const draftMethods = ['study.check', 'study.preview', 'study.forecast', 'study.checkData'] as const

function honestCalls(): Call[] {
  const studies = [1, 2, 3].flatMap(studyId => [
    ...['get', 'outline', 'trials', 'events', 'queue', 'files', 'checkpoints'].map(method => ({
      name: `study ${studyId}`,
      method: `study.${method}`,
      request: { studyId },
    })),
    { name: 'curves', method: 'study.curves', request: { studyId, metric: 'loss', numbers: [0] } },
    ...['get', 'resources', 'logs', 'confusion'].map(method => ({
      name: 'trial',
      method: `trial.${method}`,
      request: { studyId, number: 0 },
    })),
    ...['html', 'markdown', 'latex', 'json'].map(format => ({
      name: format,
      method: 'study.report',
      request: { studyId, format, language: 'en', sections: null },
    })),
  ])
  return [
    ...['app.describe', 'app.catalog', 'study.list', 'dataset.list', 'engine.list'].map(method => ({
      name: 'plain',
      method,
      request: {},
    })),
    ...draftMethods.map(method => ({ name: 'branin', method, request: json(branin) })),
    { name: 'branin', method: 'objective.describe', request: { objective: branin.objective } },
    { name: 'sample', method: 'dataset.preview', request: { file: 'none.csv', ...table } },
    ...studies,
  ]
}

function steeringCalls(studyId: number): Call[] {
  const requests: Readonly<Record<string, object>> = {
    'study.change': { studyId, change: { space: { x0: { float: [-4, 9] } } } },
    'study.undo': { studyId, eventId: 1 },
    'study.label': { studyId, labels: { note: 'a note', tags: ['a'] } },
    'study.rename': { studyId, name: 'related' },
    'trial.exclude': { studyId, numbers: [0, 1], excluded: true },
    'trial.note': { studyId, number: 0, text: 'a note' },
    'trial.retry': { studyId, number: 0 },
    'trial.enqueue': { studyId, parameters: { x0: 1, x1: 2 }, from: null },
    'trial.extend': { studyId, numbers: [0], epochs: 1 },
    'trial.fork': { studyId, number: 0, changes: { x0: 1 }, mode: 'fork' },
  }
  return Object.entries(requests).map(([method, request]) => ({ name: 'steer', method, request }))
}

function steeringBombs(studyId: number): Call[] {
  const named = <Value>(count: number, value: Value) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]))
  const range = { float: [0, 1] }
  const choice = { choice: Array.from({ length: 9_000 }, (_, index) => `c${index}`) }
  const spaces = {
    'a relation that no point keeps': { x0: { float: [9.9, 10] }, x1: { float: [0, 1] } },
    'a relation that hardly any point keeps': { x0: { float: [9, 10] }, x1: { float: [3, 4.01] } },
    'many parameters': { ...named(3_000, range) },
    'more parameters': { ...named(30_000, range) },
    'many choices': { x0: choice },
    'many grids': { x0: { float: [0, 1], step: 1e-300 } },
    'many conditions': { x0: { float: [0, 1], when: named(5_000, 1) } },
  }
  const names = Array.from({ length: 1_000 }, (_, index) => index)
  return [
    ...Object.entries(spaces).map(([name, space]) => ({
      name,
      method: 'study.change',
      request: { studyId, change: { space } },
    })),
    ...[5_000, 50_000].flatMap(count => [
      {
        name: `${count} values`,
        method: 'trial.enqueue',
        request: { studyId, parameters: named(count, 1), from: null },
      },
      {
        name: `${count} values`,
        method: 'trial.fork',
        request: { studyId, number: 0, changes: named(count, 1), mode: 'initialize' },
      },
    ]),
    {
      name: 'long text',
      method: 'trial.note',
      request: { studyId, number: 0, text: 'x'.repeat(11_000_000) },
    },
    {
      name: 'long note',
      method: 'study.label',
      request: { studyId, labels: { note: '\u202e'.repeat(20_000) } },
    },
    {
      name: 'all trials',
      method: 'trial.exclude',
      request: { studyId, numbers: names, excluded: true },
    },
    {
      name: 'all trials',
      method: 'trial.extend',
      request: { studyId, numbers: names, epochs: 1_000_000 },
    },
  ]
}

function steeringNames(name: string, studyId: number): Call[] {
  return [
    { name, method: 'study.change', request: { studyId, change: { space: { [name]: {} } } } },
    { name, method: 'study.change', request: { studyId, change: { pruner: { name } } } },
    { name, method: 'study.label', request: { studyId, labels: { tags: [name], note: name } } },
    { name, method: 'study.rename', request: { studyId, name } },
    { name, method: 'trial.note', request: { studyId, number: 0, text: name } },
    {
      name,
      method: 'trial.enqueue',
      request: { studyId, parameters: { [name]: name }, from: null },
    },
  ]
}

function bombCalls(uploadDirectory: string): Call[] {
  const folder = path.join(uploadDirectory, 'bombs')
  mkdirSync(folder, { recursive: true })
  const ofStudies = Object.entries(studyBombs).flatMap(([name, text]) =>
    draftMethods.map(method => ({ name, method, request: yaml(text) })),
  )
  const ofData = Object.entries(dataBombs).flatMap(([name, content]) => {
    const file = path.join(folder, name)
    writeFileSync(file, content)
    const base64 = content.toString('base64')
    const objective = { task: 'tabular', data: { file, target: 'b' } }
    const study = { ...branin, objective, space: undefined }
    return [
      { name, method: 'dataset.preview', request: { file, ...table } },
      { name, method: 'dataset.sheets', request: { file } },
      { name, method: 'objective.describe', request: { objective } },
      { name, method: 'study.checkData', request: json(study) },
      ...(base64.length > 5_000_000
        ? []
        : [
            {
              name,
              method: 'import.describe',
              request: { file: { name, base64 }, language: 'en' },
            },
          ]),
    ]
  })
  const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`k${index}`, index]))
  const nested = `${'['.repeat(45_000)}${']'.repeat(45_000)}`
  const ofRequests = [
    'study.get',
    'study.check',
    'study.curves',
    'objective.describe',
    'study.analyze',
  ].flatMap(method => [
    { name: 'many fields', method, request: many },
    {
      name: 'more fields',
      method,
      request: Object.fromEntries(
        Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]),
      ),
    },
    { name: 'nested', method, request: `{"objective":${nested},"studyId":1,"question":${nested}}` },
    {
      name: 'many values',
      method,
      request: { studyId: 1, metric: 'x', numbers: Array.from({ length: 45_000 }, () => 'x') },
    },
    { name: 'long text', method, request: { text: 'x'.repeat(11_000_000), format: 'yaml' } },
  ])
  return [...ofStudies, ...ofData, ...ofRequests]
}

/** Wherever a name may stand. */
function namedCalls(): Call[] {
  return hostileNames.flatMap(name => [
    ...draftMethods.flatMap(method => [
      { name, method, request: json({ ...branin, name }) },
      { name, method, request: json({ ...branin, space: { [name]: { float: [0, 1] } } }) },
      { name, method, request: json({ ...branin, goals: [{ metric: name, direction: name }] }) },
      { name, method, request: json({ ...branin, sampler: { name, [name]: name } }) },
      { name, method, request: json({ ...branin, objective: { [name]: name, task: name } }) },
      { name, method, request: json({ ...branin, [name]: { [name]: name } }) },
    ]),
    { name, method: name.replaceAll(/[^ -~]|[/?#%\\]/g, '_'), request: {} },
    { name, method: 'dataset.preview', request: { file: name, ...table, columns: { [name]: {} } } },
    { name, method: 'study.curves', request: { studyId: 1, metric: name, numbers: [0] } },
    { name, method: 'objective.describe', request: { objective: { [name]: name, task: name } } },
    {
      name,
      method: 'objective.describe',
      request: { objective: { task: 'tabular', data: { file: name, target: name } } },
    },
    {
      name,
      method: 'study.report',
      request: { studyId: 1, format: 'html', language: 'en', sections: [name] },
    },
    {
      name,
      method: 'study.analyze',
      request: {
        studyId: 1,
        trials: null,
        question: { kind: 'dependence', goal: 0, names: [name] },
      },
    },
  ])
}
