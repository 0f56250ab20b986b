import { createRequire } from 'node:module'
import process from 'node:process'

/** Presses Ctrl-C on the console of a process of Windows: `node press-control-c.ts PID`. It leaves its own console for that. */
const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
const kernel = koffi.load('kernel32.dll')
const freeConsole = kernel.func('FreeConsole', 'int', [])
const attachConsole = kernel.func('AttachConsole', 'int', ['uint32'])
const setCtrlHandler = kernel.func('SetConsoleCtrlHandler', 'int', ['void *', 'int'])
const sendConsoleEvent = kernel.func('GenerateConsoleCtrlEvent', 'int', ['uint32', 'uint32'])

const call = (name: string, done: unknown): void => {
  if (done === 0) throw new Error(`${name} failed`)
}
freeConsole()
call('AttachConsole', attachConsole(Number(process.argv[2])))
// This process is on the console as well, and is not meant.
call('SetConsoleCtrlHandler', setCtrlHandler(null, 1))
call('GenerateConsoleCtrlEvent', sendConsoleEvent(0, 0))
