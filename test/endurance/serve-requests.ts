import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { servePrograms } from '../helpers/serve-programs.ts'
import { signInTo } from '../helpers/web-client.ts'
import { countDiskMs, readyMs, usedMs } from './waits.ts'

/**
 * A process that serves a database in `FOLDER`, as main does. It answers each line of its input with the time of the processors that its main
 * thread has used so far, in milliseconds, and with how long its event loop was held up since the line before: on the clock; on the clock without the
 * time in which commits wait for the disk, or the system gives the processor to others; and on the processor.
 */
const [, , folder = '.'] = process.argv
const LOOK_EVERY_MS = 10

const served = await servePrograms(folder)
const diskMs = countDiskMs()
const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })
delay.enable()
const isReadyCounted = readyMs() !== null
const look = () => ({
  usedMs: usedMs(),
  clockMs: performance.now(),
  readyMs: readyMs() ?? 0,
  diskMs: diskMs(),
})
let last = look()
let turns: number[] = []
let delays: number[] = []
setInterval(() => {
  const now = look()
  const waitedMs = now.readyMs - last.readyMs + now.diskMs - last.diskMs
  turns.push(now.usedMs - last.usedMs)
  if (isReadyCounted)
    delays.push(Math.max(0, now.clockMs - last.clockMs - waitedMs - LOOK_EVERY_MS))
  last = now
}, LOOK_EVERY_MS).unref()

const tokens = [served.token('read'), served.token('read', 'steer', 'start')]
const session = await signInTo(served.web)
console.log(JSON.stringify({ port: served.web.port, tokens, session, ...served.workspace }))
for await (const _ of createInterface(process.stdin)) {
  const state = {
    usedMs: usedMs(),
    turns,
    delays,
    diskMs: diskMs(),
    bugs: served.bugs,
    delayMs: delay.percentile(99.9) / 1e6,
  }
  console.log(JSON.stringify(state))
  turns = []
  delays = []
}
await served.close()
