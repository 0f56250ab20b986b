import { EventEmitter } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/**
 * Child of command-host.ts: runs commands of `tunewright` one after the other in one process, which loads the modules of the
 * command line once. Answers each list of words with everything that was printed.
 */

const entry = new URL('../../src-main/cli.ts', import.meta.url)
// Each command listens to the streams for its lifetime, which is that of the process elsewhere.
EventEmitter.defaultMaxListeners = 1_000

let printed = ''
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text: string | Uint8Array, ...others: unknown[]) => {
    printed += String(text)
    const onWritten = others.find(other => typeof other === 'function')
    onWritten?.()
    return true
  }
}

// A command lets go of the channel, so that it ends when its work is done; this process waits for the next one.
setInterval(() => undefined, 60_000)
process.on('disconnect', () => process.exit())

process.on('message', (words: string[]) => {
  printed = ''
  process.argv = [process.execPath, fileURLToPath(entry), ...words]
  // The address makes a module of its own of the composition root; what it imports is there already.
  const command = import(`${entry.href}?${performance.now()}`)
  void command.then(
    () => process.send?.(printed),
    (error: unknown) => process.send?.(`${printed}${String(error)}`),
  )
})
