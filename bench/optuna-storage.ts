import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { median } from '../src-main/math/statistics/quantile.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * How long Optuna takes to store trials of 10 parameters and 10 reports: through our port, through Optuna's own proxy of an SQLite file, in an
 * SQLite file, in a journal file; with one client and with eight, which share the trials and all begin at once. What the protocol costs
 * whoever answers: Optuna's proxy of a storage in memory, which keeps nothing, and the processor time of the clients themselves.
 * `node bin/run.cjs bench/optuna-storage.ts [TRIALS [ROUNDS]]`, default 1,000 and 1; of several rounds the medians. TMPDIR names the disk,
 * TUNEWRIGHT_PEERS_PYTHON a Python with Optuna.
 */

const python = process.env['TUNEWRIGHT_PEERS_PYTHON'] ?? 'python3'
const trials = Number(process.argv[2] ?? 1_000)
const rounds = Number(process.argv[3] ?? 1)
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
const filePath = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
/** Of Optuna's proxies, one after another. */
let proxyPort = 13_570

interface Storage {
  readonly name: string
  /** @returns how clients find it, and its server */
  readonly open: (file: string) => Promise<{ readonly at: string; readonly server?: ChildProcess }>
}

const storages: readonly Storage[] = [
  {
    name: 'Tunewright',
    open: async file => {
      const child = filePath('../test/helpers/optuna-child.ts')
      const server = spawn(process.execPath, [child, file, '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      return { at: `grpc:${await firstLine(server)}`, server }
    },
  },
  { name: 'Optuna, journal file', open: async file => ({ at: `journal:${file}` }) },
  { name: 'Optuna, SQLite', open: async file => ({ at: `sqlite:${file}` }) },
  { name: 'Optuna, its proxy of SQLite', open: openProxy },
  { name: 'Optuna, its proxy of nothing', open: async () => openProxy('memory') },
]

interface Cost {
  /** Of the slowest client, from the moment at which all begin. */
  readonly seconds: number
  /** Processor time of all clients. */
  readonly clientSeconds: number
}

async function openProxy(file: string): Promise<{ at: string; server: ChildProcess }> {
  const port = String(++proxyPort)
  const server = spawn(python, ['-W', 'ignore', filePath('peers/optuna_proxy.py'), port, file])
  return { at: `grpc:${port}`, server }
}

async function firstLine(program: ChildProcess): Promise<string> {
  if (program.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: program.stdout })) return line
  throw new Error('the program ended')
}

function startClient(at: string, count: number): ChildProcess {
  const script = filePath('peers/optuna_storage.py')
  return spawn(python, ['-W', 'ignore', script, 'bench', at, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function measure(at: string, clients: number): Promise<Cost> {
  const maker = startClient(at, 0)
  await new Promise(resolve => maker.once('exit', resolve))
  const started = Array.from({ length: clients }, (_, index) => {
    const client = startClient(at, Math.floor((trials + index) / clients))
    if (client.stdout === null) throw new Error('no output')
    // Of one that has failed, as those of an SQLite file do where others lock it for too long.
    client.stdin?.on('error', () => undefined)
    return { client, lines: createInterface({ input: client.stdout })[Symbol.asyncIterator]() }
  })
  for (const { lines } of started) await lines.next()
  for (const { client } of started) client.stdin?.end('\n')
  const costs = await Promise.all(
    started.map(async ({ lines }) =>
      String((await lines.next()).value)
        .split(' ')
        .map(Number),
    ),
  )
  return {
    seconds: Math.max(...costs.map(([wall = Number.NaN]) => wall)),
    clientSeconds: costs.reduce((sum, [, processor = Number.NaN]) => sum + processor, 0),
  }
}

try {
  const costs = new Map<string, Cost[]>()
  for (let round = 0; round < rounds; round++) {
    for (const clients of [1, 8]) {
      for (const { name, open } of storages) {
        const { at, server } = await open(path.join(folder, `${round}-${clients}-${name}.db`))
        const cost = await measure(at, clients)
        server?.kill('SIGKILL')
        const key = `${name}, ${clients}`
        costs.set(key, [...(costs.get(key) ?? []), cost])
        console.log(`${key}: ${cost.seconds.toFixed(1)} s`)
      }
    }
  }
  const rows = [1, 8].flatMap(clients =>
    storages.map(({ name }) => {
      const measured = costs.get(`${name}, ${clients}`) ?? []
      return {
        name,
        clients,
        seconds: median(measured.map(({ seconds }) => seconds)),
        clientSeconds: median(measured.map(({ clientSeconds }) => clientSeconds)),
      }
    }),
  )
  printTable(
    ['storage', 'clients', 'seconds', 'ms per trial', 'clients’ processor seconds'],
    rows.map(({ name, clients, seconds, clientSeconds }) => [
      name,
      String(clients),
      Number.isNaN(seconds) ? 'failed' : seconds.toFixed(1),
      ((1_000 * seconds) / trials).toFixed(1),
      clientSeconds.toFixed(1),
    ]),
  )
  writeResults('optuna-storage', { machine: benchMachine(), trials, rounds, rows })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
