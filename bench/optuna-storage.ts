import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * How long Optuna takes to store trials of 10 parameters and 10 reports: through our port, through Optuna's own proxy of an SQLite file, in an
 * SQLite file, in a journal file; with one client and with eight, which share the trials and all begin at once.
 * `node bin/run.cjs bench/optuna-storage.ts [TRIALS [FOLDER]]`, default 1,000; TUNEWRIGHT_PEERS_PYTHON names a Python with Optuna.
 */

const python = process.env['TUNEWRIGHT_PEERS_PYTHON'] ?? 'python3'
const trials = Number(process.argv[2] ?? 1_000)
const folder = mkdtempSync(path.join(process.argv[3] ?? tmpdir(), 'tunewright-bench-'))
const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const PROXY_PORT = 13_571

interface Storage {
  readonly name: string
  /** @returns how clients find it, and its server */
  readonly open: (file: string) => Promise<{ readonly at: string; readonly server?: ChildProcess }>
}

const storages: readonly Storage[] = [
  {
    name: 'Tunewright',
    open: async file => {
      const child = place('../test/helpers/optuna-child.ts')
      const server = spawn(process.execPath, [child, file, '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      return { at: `grpc:${await firstLine(server)}`, server }
    },
  },
  { name: 'Optuna, journal file', open: async file => ({ at: `journal:${file}` }) },
  { name: 'Optuna, SQLite', open: async file => ({ at: `sqlite:${file}` }) },
  {
    name: 'Optuna, its proxy of SQLite',
    open: async file => {
      const proxy = place('peers/optuna_proxy.py')
      const server = spawn(python, ['-W', 'ignore', proxy, String(PROXY_PORT), file])
      await wait(4_000)
      return { at: `grpc:${PROXY_PORT}`, server }
    },
  },
]

async function firstLine(program: ChildProcess): Promise<string> {
  if (program.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: program.stdout })) return line
  throw new Error('the program ended')
}

function startClient(at: string, count: number): ChildProcess {
  const script = place('peers/optuna_storage.py')
  return spawn(python, ['-W', 'ignore', script, 'bench', at, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

/** Wall seconds of the slowest client, from the moment at which all begin. */
async function measure(at: string, clients: number): Promise<number> {
  const maker = startClient(at, 0)
  await new Promise(resolve => maker.once('exit', resolve))
  const started = Array.from({ length: clients }, (_, index) => {
    const client = startClient(at, Math.floor((trials + index) / clients))
    if (client.stdout === null) throw new Error('no output')
    return { client, lines: createInterface({ input: client.stdout })[Symbol.asyncIterator]() }
  })
  for (const { lines } of started) await lines.next()
  for (const { client } of started) client.stdin?.end('\n')
  const seconds = await Promise.all(
    started.map(async ({ lines }) => Number((await lines.next()).value)),
  )
  return Math.max(...seconds)
}

try {
  const rows: { name: string; clients: number; seconds: number }[] = []
  for (const clients of [1, 8]) {
    for (const { name, open } of storages) {
      const { at, server } = await open(path.join(folder, `${rows.length}.db`))
      const seconds = await measure(at, clients)
      server?.kill('SIGKILL')
      rows.push({ name, clients, seconds })
      console.log(`${name}, ${clients}: ${seconds.toFixed(1)} s`)
    }
  }
  printTable(
    ['storage', 'clients', 'seconds', 'ms per trial'],
    rows.map(({ name, clients, seconds }) => [
      name,
      String(clients),
      seconds.toFixed(1),
      ((1_000 * seconds) / trials).toFixed(1),
    ]),
  )
  writeResults('optuna-storage', { machine: benchMachine(), trials, rows })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
