import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { servePrograms } from '../helpers/serve-programs.ts'
import { signInTo } from '../helpers/web-client.ts'

/**
 * A process that serves a database in `FOLDER`, as main does. It answers each line of its input with the time of the processors that its main
 * thread has used so far, in milliseconds, and with how long its event loop was held up since the line before: on the clock, and on the processor, where
 * neither other processes nor the disk count.
 */
const [, , folder = '.'] = process.argv
const LOOK_EVERY_MS = 10

const served = await servePrograms(folder)
const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })
delay.enable()
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
let lastMs = usedMs()
let turns: number[] = []
setInterval(() => {
  const nowMs = usedMs()
  turns.push(nowMs - lastMs)
  lastMs = nowMs
}, LOOK_EVERY_MS).unref()

const tokens = [served.token('read'), served.token('read', 'steer', 'start')]
const session = await signInTo(served.web)
console.log(JSON.stringify({ port: served.web.port, tokens, session, ...served.workspace }))
for await (const _ of createInterface(process.stdin)) {
  const state = {
    usedMs: usedMs(),
    turns,
    bugs: served.bugs,
    delayMs: delay.percentile(99.9) / 1e6,
  }
  console.log(JSON.stringify(state))
  turns = []
}
await served.close()
