import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { median } from '../src-main/math/statistics/quantile.ts'
import { DiscardedJobs } from '../src-main/running/executors/ssh/node/discarded-jobs.ts'
import { fetchFolder, listFolder } from '../src-main/running/executors/ssh/node/fetch-folder.ts'
import { uploadState } from '../src-main/running/executors/ssh/node/upload-start.ts'
import { RemoteMachine } from '../src-main/running/executors/ssh/node/remote-machine.ts'
import { SshMachine, sshMissing } from '../test/helpers/ssh-machine.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * `npm run bench:ssh-checkpoints [ROUNDS]`: what one checkpoint of a program costs over SSH to this computer: to look whether it has changed,
 * to bring it back, checked and flushed, and to take it along to a trial that goes on from it.
 */
const rounds = Number(process.argv[2] ?? 5)
const missing = sshMissing()
if (missing !== null) throw new Error(missing)
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-bench-'))
const box = await SshMachine.start(folder, 'box')
const machine = new RemoteMachine(box.machine, 60_000, new DiscardedJobs(path.join(folder, 'jobs')))
const workspace = await machine.reach()
const job = path.join(workspace, 'jobs/job-bench')
const remoteFolder = path.join(job, 'checkpoints')
const localFolder = path.join(folder, 'checkpoints')
mkdirSync(remoteFolder, { recursive: true })

const rows = []
for (const bytes of [10_000, 1_000_000, 10_000_000, 100_000_000]) {
  const times = { looked: [] as number[], fetched: [] as number[], placed: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    writeFileSync(path.join(remoteFolder, 'checkpoint'), randomBytes(bytes))
    const startMs = performance.now()
    const list = await listFolder(machine, job, remoteFolder)
    const lookedMs = performance.now()
    if (list === null) throw new Error('no folder')
    await fetchFolder(machine, remoteFolder, localFolder, {
      folder: list,
      localFolder: null,
      maxBytes: Number.POSITIVE_INFINITY,
      isWanted: () => true,
    })
    const fetchedMs = performance.now()
    await uploadState(machine, localFolder)
    times.looked.push(lookedMs - startMs)
    times.fetched.push(fetchedMs - lookedMs)
    times.placed.push(performance.now() - fetchedMs)
  }
  const { looked, fetched, placed } = times
  rows.push({
    bytes,
    lookMs: median(looked),
    fetchMs: median(fetched),
    replaceMs: median(placed),
  })
}
await machine.finish()
box.stop()
printTable(
  ['bytes', 'to look, median ms', 'to come back', 'to travel along'],
  rows.map(row =>
    [row.bytes, row.lookMs, row.fetchMs, row.replaceMs].map(value => value.toFixed(0)),
  ),
)
writeResults('ssh-checkpoints', { machine: benchMachine(), rounds, rows })
rmSync(folder, { recursive: true, force: true })
