import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { HostedCommand } from './command-host.ts'

/**
 * Child of command-host.ts: runs commands of `tunewright` one after the other in one process, which loads the modules of the
 * command line once. Answers each with what it printed and its exit code.
 */

const entry = new URL('../../src-main/cli.ts', import.meta.url)
// Each command listens to the streams for its lifetime, which is that of the process elsewhere.
EventEmitter.defaultMaxListeners = 1_000

const printed = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (text: string | Uint8Array, ...others: unknown[]) => {
    printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString()
    const onWritten = others.find(other => typeof other === 'function')
    onWritten?.()
    return true
  }
}

// A command lets go of the channel, so that it ends when its work is done; this process waits for the next one.
setInterval(() => undefined, 60_000)
process.on('disconnect', () => process.exit())

async function run({ words, folder, variables }: HostedCommand): Promise<void> {
  printed.stdout = ''
  printed.stderr = ''
  process.exitCode = undefined
  process.chdir(folder)
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name]
  Object.assign(process.env, variables)
  process.argv = [process.execPath, fileURLToPath(entry), ...words]
  try {
    // The address makes a module of its own of the composition root; what it imports is there already.
    await import(`${entry.href}?${performance.now()}`)
  } catch (error) {
    printed.stderr += String(error)
    process.exitCode = 1
  }
  // Windows removes no folder in which a process is.
  process.chdir(tmpdir())
  process.send?.({ ...printed, exitCode: process.exitCode ?? 0, signal: null })
}

process.on('message', (command: HostedCommand) => void run(command))
