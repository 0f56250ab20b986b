import { spawn } from 'node:child_process'
import process from 'node:process'
import { loadProcessSystem } from '../../src-main/platform/processes/system/load-process-system.ts'

/**
 * Answers for a program of JavaScript as a supervisor does, with the adapter of the platform that its first argument names, and calls that
 * adapter as it is told.
 */
const [platform = '', program = ''] = process.argv.slice(2)
const system = await loadProcessSystem(platform as NodeJS.Platform)
system.holdDescendants(100)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
const child = spawn(process.execPath, ['--eval', program], {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: system.usesGroups,
  windowsHide: true,
})
const pid = child.pid ?? 0
child.on('exit', (code, signal) => process.send?.({ exit: code ?? signal }))

const methods = {
  list: () => system.list(process.pid, pid),
  askToEnd: () => system.askToEnd(pid, 'SIGTERM'),
  suspend: () => system.suspend(pid),
  resume: () => system.resume(pid),
  killAll: () => {
    system.killGroup(pid)
    for (const child of system.list(process.pid, pid)) system.killProcess(child.pid)
  },
  gone: () => [system.suspend(pid), system.resume(pid), system.killProcess(pid)],
}
process.on('message', (name: keyof typeof methods) => process.send?.({ answer: methods[name]() }))
