import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median } from '../src-main/math/statistics/quantile.ts'

/**
 * How many trials a second a study makes beside 32 programs that ask without a pause, all on one core (Linux, `taskset`): while they ask a
 * server that answers everything at once, and while they ask the one that runs the study. Both in turn, so that what else runs on the
 * machine falls on both. `node bin/run.cjs bench/busy-clients.ts [ROUNDS] [CORE]`
 */
const CLIENTS = 32
const CLIENT_PROCESSES = 4
const WINDOW_MS = 8_000
const SETTLE_MS = 1_500

const [, , role = 'measure', ...parameters] = process.argv

interface Target {
  readonly port: number
  readonly tokens: readonly string[]
  readonly studyId: number
}

async function serveStudy(folder: string): Promise<void> {
  // Clients do without.
  const { servePrograms, smallStudy } = await import('../test/helpers/serve-programs.ts')
  const served = await servePrograms(folder)
  const tokens = Array.from({ length: CLIENTS }, () => served.token('read'))
  const study = { ...smallStudy, stop: { trials: 1_000_000 } }
  const text = JSON.stringify(study)
  const { api } = served.backEnd
  const { studyId } = await api['study.create']({ text, format: 'json', start: true })
  console.log(JSON.stringify({ port: served.web.port, tokens, studyId }))
  for await (const _ of createInterface(process.stdin)) {
    const { trials } = await api['study.get']({ studyId })
    console.log(JSON.stringify({ trials: trials.complete }))
  }
  await served.close()
}

function serveStub(): void {
  const answer = JSON.stringify({ studies: 'x'.repeat(1_500) })
  const server = createServer((incoming, response) => {
    incoming.resume()
    incoming.on('end', () => response.end(answer))
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    console.log(JSON.stringify({ port }))
  })
}

async function ask({ port, tokens, studyId }: Target): Promise<void> {
  let answered = 0
  const agent = new Agent({ keepAlive: true })
  const bodies = [
    ['study.list', {}],
    ['study.get', { studyId }],
    ['study.trials', { studyId, from: 0, count: 50 }],
  ] as const
  const loop = async (token: string): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const [method, payload] = bodies[turn % bodies.length] ?? bodies[0]
      await new Promise<void>(resolve => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
        const call = { host: '127.0.0.1', port, agent, method: 'POST', headers }
        const sent = request({ ...call, path: `/api/v1/${method}` }, response => {
          response.resume().on('end', resolve)
          if (response.statusCode === 200) answered++
        })
        sent.on('error', () => {
          resolve()
        })
        sent.end(JSON.stringify(payload))
      })
    }
  }
  process.on('SIGTERM', () => {
    process.stdout.write(`${JSON.stringify({ answered })}\n`, () => process.exit(0))
  })
  console.log('{}')
  await Promise.all(tokens.map(loop))
}

/** A process of this file on the core, and the lines that it writes. */
class Part {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(core: string, partRole: string, parameter: string) {
    const command = [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(import.meta.url),
    ]
    this.#child = spawn('taskset', ['-c', core, ...command, partRole, parameter], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (this.#child.stdout === null) throw new Error('no output')
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
  }

  async read<Line>(): Promise<Line> {
    const { value } = (await this.#lines.next()) as { readonly value: string }
    return JSON.parse(value) as Line
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }

  end(): void {
    this.#child.kill('SIGTERM')
  }

  close(): void {
    this.#child.stdin?.end()
  }
}

async function measure(rounds: number, core: string): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'busy-clients-'))
  const [server, stub] = [new Part(core, 'serve', folder), new Part(core, 'stub', '')]
  const target = await server.read<Target>()
  const { port: stubPort } = await stub.read<{ readonly port: number }>()
  const trials = async (): Promise<number> => {
    server.write('count\n')
    return (await server.read<{ readonly trials: number }>()).trials
  }
  const tryWithClients = async (port: number | null) => {
    const share = CLIENTS / CLIENT_PROCESSES
    const clients = Array.from({ length: port === null ? 0 : CLIENT_PROCESSES }, (_, index) => {
      const tokens = target.tokens.slice(index * share, (index + 1) * share)
      return new Part(core, 'ask', JSON.stringify({ ...target, port, tokens }))
    })
    for (const client of clients) await client.read()
    await sleep(SETTLE_MS)
    const [before, beganMs] = [await trials(), performance.now()]
    await sleep(WINDOW_MS)
    const seconds = (performance.now() - beganMs) / 1_000
    const trialsPerSecond = ((await trials()) - before) / seconds
    for (const client of clients) client.end()
    const answered = await Promise.all(
      clients.map(async client => (await client.read<{ readonly answered: number }>()).answered),
    )
    const sum = answered.reduce((total, count) => total + count, 0)
    return { trialsPerSecond, callsPerSecond: (1_000 * sum) / (WINDOW_MS + SETTLE_MS) }
  }
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await tryWithClients(null)
    const ofStub = await tryWithClients(stubPort)
    const ofServer = await tryWithClients(target.port)
    ratios.push(ofServer.trialsPerSecond / ofStub.trialsPerSecond)
    console.log(
      `trials/s: alone ${alone.trialsPerSecond.toFixed(1)}, beside clients of a stub ${ofStub.trialsPerSecond.toFixed(1)} (${ofStub.callsPerSecond.toFixed(0)} calls/s), beside clients of ours ${ofServer.trialsPerSecond.toFixed(1)} (${ofServer.callsPerSecond.toFixed(0)} calls/s)`,
    )
  }
  console.log(`median of ours over stub: ${median(ratios).toFixed(2)}`)
  server.close()
  stub.end()
  await sleep(3_000)
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
}

if (role === 'serve') await serveStudy(parameters[0] ?? '')
else if (role === 'stub') serveStub()
else if (role === 'ask') await ask(JSON.parse(parameters[0] ?? '') as Target)
else await measure(Number(role === 'measure' ? 4 : role), parameters[0] ?? '0')
